import { crc32 } from "node:zlib";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { type ByteReader, createByteReader } from "./byte-reader.ts";
import { type ByteWriter, createByteWriter } from "./byte-writer.ts";
import { readColumn, writeColumn } from "./column-codec.ts";
import { readMap, writeMap } from "./map-codec.ts";
import type { Profile, ShapeProfile } from "./profile.ts";

/** `PLPR`, then the version of the format, the length of the body and its CRC-32, little-endian. */
const MAGIC = 0x52504c50;
const VERSION = 1;
const HEADER_BYTES = 13;

/** The bytes of a profile: equal profiles give equal bytes, whatever way they were merged together. */
export function encodeProfile(profile: Profile): Uint8Array {
  const writer = createByteWriter();
  writer.count(profile.recordCount);
  writer.count(profile.rowCount);
  writeMap(writer, profile.quarantinedCounts, writer.count);
  writeTime(writer, profile.firstInferenceMillis);
  writeTime(writer, profile.lastInferenceMillis);
  writeMap(writer, profile.shapes, (shape) => {
    writer.count(shape.rowCount);
    writeMap(writer, shape.columns, (column) => writeColumn(writer, column));
  });
  return withHeader(writer.finish());
}

/**
 * The profile that these bytes hold.
 *
 * @throws MonitoringError `profile-unreadable` when they are cut off, damaged, or no profile at all
 */
export function decodeProfile(bytes: Uint8Array): Profile {
  const reader = createByteReader(verified(bytes), HEADER_BYTES);
  const profile: Profile = {
    recordCount: reader.count(),
    rowCount: reader.count(),
    quarantinedCounts: readMap(reader, reader.count),
    firstInferenceMillis: readTime(reader),
    lastInferenceMillis: readTime(reader),
    shapes: readMap(reader, () => readShape(reader)),
  };
  if (!reader.isAtEnd()) throw reader.refuse("nothing may follow the last shape");
  return profile;
}

function readShape(reader: ByteReader): ShapeProfile {
  return { rowCount: reader.count(), columns: readMap(reader, () => readColumn(reader)) };
}

function writeTime(writer: ByteWriter, millis: number | null): void {
  // NaN stands for no time: every number is one.
  writer.double(millis ?? Number.NaN);
}

function readTime(reader: ByteReader): number | null {
  const millis = reader.double();
  return Number.isNaN(millis) ? null : millis;
}

function withHeader(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, VERSION);
  view.setUint32(5, body.length, true);
  view.setUint32(9, crc32(body), true);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** The bytes, once header, length and checksum are right. */
function verified(bytes: Uint8Array): Uint8Array {
  if (bytes.length < HEADER_BYTES) {
    throw unreadable(`${bytes.length} bytes: a profile has at least ${HEADER_BYTES}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw unreadable("byte 0: does not begin with PLPR");
  const version = view.getUint8(4);
  if (version !== VERSION) throw unreadable(`byte 4: version ${version}: must be ${VERSION}`);
  const body = bytes.subarray(HEADER_BYTES);
  const length = view.getUint32(5, true);
  if (body.length !== length) {
    throw unreadable(`byte ${bytes.length}: body of ${body.length} bytes: must have ${length}`);
  }
  if (crc32(body) !== view.getUint32(9, true)) {
    throw unreadable(`bytes ${HEADER_BYTES} to ${bytes.length}: damaged: the checksum differs`);
  }
  return bytes;
}

function unreadable(rule: string): MonitoringError {
  return new MonitoringError("profile-unreadable", `profile: ${rule}`);
}
