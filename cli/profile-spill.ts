import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a profile lies in the spill. */
export interface SpilledProfile {
  readonly offset: number;
  readonly byteCount: number;
}

/** Encoded profiles on disk, until their hour is complete and can be folded. */
export interface ProfileSpill {
  add(encoded: Uint8Array): Promise<SpilledProfile>;
  read(place: SpilledProfile): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a file without a name: a month of captures has more profiles than fit into memory, and the
 * system takes the file back however this process ends.
 */
export async function openSpill(): Promise<ProfileSpill> {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-"));
  const file = await open(join(folder, "profiles"), "wx+");
  await rm(folder, { recursive: true });
  let end = 0;
  return {
    async add(encoded) {
      const place = { offset: end, byteCount: encoded.length };
      end += encoded.length;
      await file.writev([encoded], place.offset);
      return place;
    },
    async read({ offset, byteCount }) {
      const bytes = new Uint8Array(byteCount);
      for (let done = 0; done < byteCount; ) {
        const { bytesRead } = await file.read(bytes, done, byteCount - done, offset + done);
        if (bytesRead === 0) throw new Error(`temporary file: ends at ${offset + done} bytes`);
        done += bytesRead;
      }
      return bytes;
    },
    close: () => file.close(),
  };
}
