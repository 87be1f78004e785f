import { MonitoringError } from "../contracts/monitoring-error.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads back what a ByteWriter wrote; anything else is refused with the place where it went wrong. */
export interface ByteReader {
  count(): number;
  double(): number;
  doubles(): Float64Array;
  text(): string;
  bytes(length: number): Uint8Array;
  /** A number of entries that follow, of at least `leastBytes` each. */
  entryCount(leastBytes: number): number;
  isAtEnd(): boolean;
  refuse(rule: string): MonitoringError;
}

/** Reads `source` from `start` on; the places it names count from the beginning. */
export function createByteReader(source: Uint8Array, start = 0): ByteReader {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let offset = start;

  function take(length: number, what: string): number {
    if (length > source.length - offset) throw reader.refuse(`the bytes end inside ${what}`);
    offset += length;
    return offset - length;
  }

  const reader: ByteReader = {
    count() {
      let value = 0;
      for (let scale = 1; scale <= 2 ** 49; scale *= 0x80) {
        const byte = source[take(1, "a count")]!;
        value += (byte % 0x80) * scale;
        if (byte < 0x80 && value <= Number.MAX_SAFE_INTEGER) return value;
      }
      throw reader.refuse("a count must be below 2^53");
    },
    double: () => view.getFloat64(take(8, "a number"), true),
    doubles() {
      const length = reader.entryCount(8);
      const values = new Float64Array(length);
      const first = take(length * 8, "numbers");
      for (let i = 0; i < length; i++) values[i] = view.getFloat64(first + i * 8, true);
      return values;
    },
    text() {
      const length = reader.count();
      const first = take(length, "a text");
      return shortAscii(source, first, length) ?? decodeText(first, length);
    },
    bytes(length) {
      const first = take(length, "bytes");
      return source.slice(first, first + length);
    },
    entryCount(leastBytes) {
      const count = reader.count();
      // Refused before anything is allocated for it.
      if (count * leastBytes > source.length - offset) {
        throw reader.refuse(`${count} entries cannot follow: the bytes end before them`);
      }
      return count;
    },
    isAtEnd: () => offset === source.length,
    refuse: (rule) => new MonitoringError("profile-unreadable", `profile: byte ${offset}: ${rule}`),
  };

  function decodeText(first: number, length: number): string {
    try {
      return utf8.decode(source.subarray(first, first + length));
    } catch (cause) {
      const message = `profile: byte ${first}: a text must be UTF-8`;
      throw new MonitoringError("profile-unreadable", message, { cause });
    }
  }
  return reader;
}

/** Most texts are a few digits, for which a TextDecoder costs ten times as much. */
function shortAscii(source: Uint8Array, start: number, length: number): string | null {
  if (length > 16) return null;
  let text = "";
  for (let i = start; i < start + length; i++) {
    const byte = source[i]!;
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}
