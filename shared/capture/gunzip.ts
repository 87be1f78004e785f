import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

/** The bytes of a stream, decompressed when it begins with gzip's magic bytes. */
export async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const { head, done } = await firstBytes(iterator);
  const all = restOf(head, done ? null : iterator);
  if (head[0] === 0x1f && head[1] === 0x8b) yield* inflate(all);
  else yield* all;
}

/** Reads until there are two bytes to tell by. */
async function firstBytes(
  iterator: AsyncIterator<Uint8Array>,
): Promise<{ head: Uint8Array; done: boolean }> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const { value, done } = await iterator.next();
    if (done) return { head, done: true };
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return { head, done: false };
}

async function* restOf(
  head: Uint8Array,
  iterator: AsyncIterator<Uint8Array> | null,
): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    if (iterator === null) return;
    for (;;) {
      const { value, done } = await iterator.next();
      if (done) return;
      yield value;
    }
  } finally {
    await iterator?.return?.();
  }
}

async function* inflate(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 1 << 17 });
  const pumped = pipeline(Readable.from(copied(chunks)), gunzip);
  // What goes wrong is also thrown by the loop.
  pumped.catch(() => undefined);
  for await (const chunk of gunzip) yield chunk as Uint8Array;
  await pumped;
}

/** The stream reads ahead, while the caller may fill the same buffer again for its next chunk. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

/** Whether an error says that the compressed bytes are damaged or cut off. */
export function isGzipError(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code.startsWith("Z_");
}
