const utf8 = new TextEncoder();

/** Writes numbers and texts one after the other into a growing array of bytes. */
export interface ByteWriter {
  /** A whole number from 0 to 2^53 - 1, seven bits a byte, the lowest first. */
  count(value: number): void;
  /** The eight bytes of a double, little-endian. */
  double(value: number): void;
  /** The length as a count, then the doubles. */
  doubles(values: Float64Array): void;
  /** The length in bytes as a count, then the UTF-8. */
  text(value: string): void;
  bytes(values: Uint8Array): void;
  finish(): Uint8Array;
}

export function createByteWriter(): ByteWriter {
  let buffer = new Uint8Array(4096);
  let view = new DataView(buffer.buffer);
  let length = 0;

  function reserve(size: number): void {
    if (length + size <= buffer.length) return;
    const larger = new Uint8Array(Math.max(length + size, buffer.length * 2));
    larger.set(buffer.subarray(0, length));
    buffer = larger;
    view = new DataView(buffer.buffer);
  }

  const writer: ByteWriter = {
    count(value) {
      reserve(8);
      let rest = value;
      while (rest >= 0x80) {
        buffer[length++] = (rest % 0x80) + 0x80;
        rest = Math.floor(rest / 0x80);
      }
      buffer[length++] = rest;
    },
    double(value) {
      reserve(8);
      view.setFloat64(length, value, true);
      length += 8;
    },
    doubles(values) {
      writer.count(values.length);
      reserve(values.length * 8);
      for (let i = 0; i < values.length; i++) view.setFloat64(length + i * 8, values[i]!, true);
      length += values.length * 8;
    },
    text(value) {
      const encoded = utf8.encode(value);
      writer.count(encoded.length);
      writer.bytes(encoded);
    },
    bytes(values) {
      reserve(values.length);
      buffer.set(values, length);
      length += values.length;
    },
    finish: () => buffer.slice(0, length),
  };
  return writer;
}
