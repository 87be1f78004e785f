import { open } from "node:fs/promises";

const CHUNK_BYTES = 1 << 18;

/** A file in two buffers that take turns: the next is filled while the last is worked on. */
export async function* readChunks(path: string): AsyncIterable<Uint8Array> {
  const file = await open(path);
  try {
    let [free, busy] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
    let pending = file.read(busy, 0, CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await pending;
      if (bytesRead === 0) return;
      [free, busy] = [busy, free];
      pending = file.read(busy, 0, CHUNK_BYTES);
      yield free.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
