import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Writes a map in the order of its keys, so that equal maps give equal bytes. */
export function writeMap<Value>(
  writer: ByteWriter,
  map: ReadonlyMap<string, Value>,
  writeValue: (value: Value) => void,
): void {
  writer.count(map.size);
  for (const key of [...map.keys()].sort()) {
    writer.text(key);
    writeValue(map.get(key)!);
  }
}

export function readMap<Value>(reader: ByteReader, readValue: () => Value): Map<string, Value> {
  const size = reader.entryCount(2);
  const map = new Map<string, Value>();
  for (let i = 0; i < size; i++) map.set(reader.text(), readValue());
  if (map.size < size) throw reader.refuse("a key must not occur twice");
  return map;
}
