import { createHash } from "node:crypto";
import { gunzipped } from "../capture/gunzip.ts";
import { type S3Location, s3Uri } from "../contracts/s3-uri.ts";
import type { PinnedObject } from "../contracts/self-healing/training-set.ts";
import type { LineInput } from "../labels/line-input.ts";
import { openObject } from "./objects.ts";

type Wanted = S3Location & { readonly etag?: string };

const OBJECTS_AT_ONCE = 16;

/**
 * Pushes the lines of objects into a join, one object after the other.
 *
 * @param onRead told of each object as it was read; its bytes are hashed for that alone
 * @returns how many objects were not there any more, or not as they had been
 */
export async function pushObjects(
  objects: readonly Wanted[],
  lines: LineInput,
  onRead?: (object: PinnedObject) => void,
): Promise<number> {
  let absentCount = 0;
  for (let start = 0; start < objects.length; start += OBJECTS_AT_ONCE) {
    const some = objects.slice(start, start + OBJECTS_AT_ONCE);
    const contents = await Promise.all(some.map((object) => readChunks(object, onRead)));
    for (const chunks of contents) {
      if (chunks === null) absentCount += 1;
      for (const chunk of chunks ?? []) lines.push(chunk);
      lines.end();
    }
  }
  return absentCount;
}

async function readChunks(
  object: Wanted,
  onRead: ((object: PinnedObject) => void) | undefined,
): Promise<Uint8Array[] | null> {
  const opened = await openObject(object, object.etag);
  if (opened.kind !== "open") return null;
  const hash = createHash("sha256");
  let byteCount = 0;
  async function* hashed(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      hash.update(chunk);
      byteCount += chunk.length;
      yield chunk;
    }
  }
  const body = onRead === undefined ? opened.body : hashed(opened.body);
  const chunks: Uint8Array[] = [];
  // A chunk may be a window onto memory that is used again.
  for await (const chunk of gunzipped(body)) chunks.push(chunk.slice());
  const sha256 = hash.digest("hex");
  onRead?.({ location: s3Uri(object), etag: opened.etag, sha256, byteCount });
  return chunks;
}
