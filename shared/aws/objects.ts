import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { S3Location } from "../contracts/s3-uri.ts";
import { isEndpointOverridden } from "./stage.ts";

export interface StoredObject {
  readonly key: string;
  /** Without quotes, as S3's events have it. */
  readonly etag: string;
  readonly modifiedMillis: number;
  readonly byteCount: number;
}

/** An object's content, or why there is none to read any more. */
export type OpenedObject =
  | { readonly kind: "open"; readonly etag: string; readonly body: AsyncIterable<Uint8Array> }
  | { readonly kind: "missing" | "replaced" };

export interface ObjectRanges {
  readonly etag: string;
  readonly byteLength: number;
  readonly slice: (start: number, end?: number) => Promise<ArrayBuffer>;
}

const ONCE_ATTEMPTS = 5;

let client: S3Client | undefined;

export function s3(): S3Client {
  // Other services than AWS have no host name for each bucket.
  client ??= new S3Client({ forcePathStyle: isEndpointOverridden() });
  return client;
}

/** Streams an object; with an etag only if it is still the one that the etag names. */
export async function openObject(location: S3Location, etag?: string): Promise<OpenedObject> {
  try {
    const { Body, ETag } = await s3().send(
      new GetObjectCommand({
        Bucket: location.bucket,
        Key: location.key,
        ...(etag === undefined ? {} : { IfMatch: `"${unquoted(etag)}"` }),
      }),
    );
    return { kind: "open", etag: unquoted(ETag ?? ""), body: Body as AsyncIterable<Uint8Array> };
  } catch (error) {
    if (isStatus(error, 404)) return { kind: "missing" };
    if (isStatus(error, 412)) return { kind: "replaced" };
    throw error;
  }
}

/** The whole of a small object; null when there is none. */
export async function readObject(location: S3Location): Promise<Uint8Array | null> {
  const opened = await openObject(location);
  return opened.kind === "open" ? readAll(opened.body) : null;
}

/** The whole of a small object that is open. */
export async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @returns the etag of what was written */
export async function writeObject(
  location: S3Location,
  body: Uint8Array | string,
  contentType: string,
): Promise<string> {
  const { bucket, key } = location;
  const { ETag } = await s3().send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }),
  );
  return unquoted(ETag ?? "");
}

/**
 * Writes an object unless there is one of that key: what was written first stays.
 *
 * @returns whether it was written
 */
export async function writeObjectOnce(
  { bucket, key }: S3Location,
  body: string,
  contentType: string,
): Promise<boolean> {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: body,
    ContentType: contentType,
    IfNoneMatch: "*",
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await s3().send(command);
      return true;
    } catch (error) {
      if (isStatus(error, 412)) return false;
      // Two writers at the same moment: one of them is told to come again.
      if (!isStatus(error, 409) || attempt === ONCE_ATTEMPTS) throw error;
    }
  }
}

/** An object of which parts can be read; null when it is gone or was replaced. */
export async function openRanges(
  location: S3Location,
  etag?: string,
): Promise<ObjectRanges | null> {
  const { bucket, key } = location;
  const head = await s3()
    .send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    .catch((error: unknown) => {
      if (isStatus(error, 404)) return null;
      throw error;
    });
  const found = unquoted(head?.ETag ?? "");
  if (head === null || (etag !== undefined && unquoted(etag) !== found)) return null;
  const byteLength = head.ContentLength ?? 0;
  return {
    etag: found,
    byteLength,
    slice: async (start, end = byteLength) => {
      const { Body } = await s3().send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          Range: `bytes=${start}-${end - 1}`,
          IfMatch: `"${found}"`,
        }),
      );
      const bytes = await Body!.transformToByteArray();
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    },
  };
}

/** Deletes an object; one that is not there is deleted already. */
export async function deleteObject({ bucket, key }: S3Location): Promise<void> {
  await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}

/** Every object under a prefix, by key. */
export async function listObjects({ bucket, key }: S3Location): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  let token: string | undefined;
  do {
    const page = await s3().send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: key,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    for (const { Key, ETag, LastModified, Size } of page.Contents ?? []) {
      found.push({
        key: Key!,
        etag: unquoted(ETag ?? ""),
        modifiedMillis: LastModified?.getTime() ?? 0,
        byteCount: Size ?? 0,
      });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return found;
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', "");
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;
}
