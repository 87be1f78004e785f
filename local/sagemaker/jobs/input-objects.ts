import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import type { S3Place } from "../s3-uri.ts";
import { parseS3Uri, s3UriOf } from "../s3-uri.ts";
import { clientError } from "./job-failure.ts";

export interface InputSource {
  readonly S3DataType?: string | undefined;
  readonly S3Uri?: string | undefined;
}

export interface InputObject extends S3Place {
  /** The key after the last slash of the prefix: where its output goes below the output path. */
  readonly relativeKey: string;
}

/** The objects that an input names: all below a prefix, or those that a manifest lists. */
export async function listInputObjects(
  s3: S3Client,
  source: InputSource,
): Promise<readonly InputObject[]> {
  const uri = source.S3Uri ?? "";
  const place = parseS3Uri(uri);
  if (place === undefined) throw clientError(`Data download failed:"${uri}" is not an S3 URI`);
  return source.S3DataType === "ManifestFile"
    ? await objectsOfManifest(s3, place)
    : await objectsBelow(s3, place);
}

async function objectsBelow(s3: S3Client, { bucket, key }: S3Place) {
  const objects: InputObject[] = [];
  const folder = key.slice(0, key.lastIndexOf("/") + 1);
  const request = { Bucket: bucket, Prefix: key };
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, request)) {
      for (const { Key } of Contents) {
        if (Key === undefined || Key.endsWith("/")) continue;
        objects.push({ bucket, key: Key, relativeKey: Key.slice(folder.length) });
      }
    }
  } catch (cause) {
    throw downloadFailed(cause);
  }
  if (objects.length === 0) {
    const prefix = s3UriOf({ bucket, key });
    throw clientError(`Data download failed:S3 key: ${prefix} matched no files on s3`);
  }
  return objects;
}

/** `[{"prefix": "s3://bucket/folder/"}, "name", …]` */
async function objectsOfManifest(s3: S3Client, place: S3Place): Promise<readonly InputObject[]> {
  const text = Buffer.from(await readInputObject(s3, place)).toString("utf8");
  const [head, ...names] = manifestOf(text, place);
  const prefix = parseS3Uri((head as { prefix?: string } | null)?.prefix ?? "");
  if (prefix === undefined || !names.every((name) => typeof name === "string")) {
    throw malformed(place, "a prefix, then names below it");
  }
  if (names.length === 0) throw malformed(place, "at least one name");
  const { bucket, key } = prefix;
  return names.map((name) => ({ bucket, key: key + name, relativeKey: name }));
}

function manifestOf(text: string, place: S3Place): readonly unknown[] {
  try {
    const manifest = JSON.parse(text);
    if (Array.isArray(manifest)) return manifest;
  } catch {
    // Said below, as of a manifest that is JSON but no list.
  }
  throw malformed(place, "a JSON list");
}

function malformed(place: S3Place, rule: string): Error {
  return clientError(`Data download failed:Manifest ${s3UriOf(place)} must hold ${rule}`);
}

export async function readInputObject(s3: S3Client, place: S3Place): Promise<Uint8Array> {
  try {
    const command = new GetObjectCommand({ Bucket: place.bucket, Key: place.key });
    const { Body } = await s3.send(command);
    return await Body!.transformToByteArray();
  } catch (cause) {
    throw downloadFailed(cause, s3UriOf(place));
  }
}

function downloadFailed(cause: unknown, uri?: string): Error {
  const { name, message } = cause as Error;
  const where = uri === undefined ? "" : `${uri}: `;
  return clientError(`Data download failed:${where}${name}: ${message}`, cause);
}
