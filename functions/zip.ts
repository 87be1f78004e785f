import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly path: string;
  readonly contents: Uint8Array;
}

/** The first day that a zip can name: the same contents make the same bytes on any day. */
const DATE = (1 << 5) | 1;
const VERSION = 20;
const UTF8_NAMES = 1 << 11;
const DEFLATED = 8;
/** Made on Unix, where an entry has the mode of a file that all may read. */
const MADE_BY = (3 << 8) | VERSION;
const FILE_MODE = 0o100644;

/** A zip of a few files, small enough to need none of the format's 64-bit fields. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, contents } of entries) {
    const name = Buffer.from(path);
    const data = deflateRawSync(contents, { level: 9 });
    const sizes = { data: data.length, contents: contents.length, name: name.length };
    const about = description(crc32(contents), sizes);
    files.push(numbers([4, 0x04034b50]), about, name, data);
    directory.push(numbers([4, 0x02014b50], [2, MADE_BY]), about);
    // No comment, the first disk, nothing internal; then the mode, and where the file begins.
    directory.push(numbers([2, 0], [2, 0], [2, 0], [4, FILE_MODE * 2 ** 16], [4, offset]), name);
    offset += 4 + about.length + name.length + data.length;
  }
  const directorySize = directory.reduce((size, part) => size + part.length, 0);
  const end = numbers(
    ...([
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
    ] as const),
    ...([
      [2, entries.length],
      [2, entries.length],
    ] as const),
    ...([
      [4, directorySize],
      [4, offset],
      [2, 0],
    ] as const),
  );
  return Buffer.concat([...files, ...directory, end]);
}

/** What the file and the directory say alike of an entry. */
function description(
  checksum: number,
  sizes: { readonly data: number; readonly contents: number; readonly name: number },
): Buffer {
  return numbers(
    ...([
      [2, VERSION],
      [2, UTF8_NAMES],
      [2, DEFLATED],
      [2, 0],
      [2, DATE],
    ] as const),
    ...([
      [4, checksum],
      [4, sizes.data],
      [4, sizes.contents],
      [2, sizes.name],
      [2, 0],
    ] as const),
  );
}

/** Unsigned numbers of so many bytes, the least significant byte first. */
function numbers(...fields: readonly (readonly [bytes: number, value: number])[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((size, [bytes]) => size + bytes, 0));
  let position = 0;
  for (const [bytes, value] of fields) position = buffer.writeUIntLE(value, position, bytes);
  return buffer;
}
