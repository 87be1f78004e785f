import {
  DeleteObjectCommand,
  GetObjectCommand,
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
}

/** An object's content, or why there is none to read any more. */
export type OpenedObject =
  | { readonly kind: "open"; readonly etag: string; readonly body: AsyncIterable<Uint8Array> }
  | { readonly kind: "missing" | "replaced" };

let client: S3Client | undefined;

function s3(): S3Client {
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
    for (const { Key, ETag, LastModified } of page.Contents ?? []) {
      found.push({
        key: Key!,
        etag: unquoted(ETag ?? ""),
        modifiedMillis: LastModified?.getTime() ?? 0,
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
