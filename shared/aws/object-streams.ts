import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { type S3Location, s3Uri } from "../contracts/s3-uri.ts";
import { openRanges, s3, writeObject } from "./objects.ts";

/** S3 takes parts of 5 MiB and more. */
const PART_BYTES = 8 * 1024 * 1024;

/** A text is encoded in pieces of about this length. */
const PIECE_CHARACTERS = 1024 * 1024;

const NEWLINE = 10;

/**
 * Writes an object of any size piece by piece, with one part of it in memory. It is there as a whole
 * when it is ended, or not at all; a lifecycle rule removes the parts of one that is never ended.
 */
export class ObjectWriter {
  readonly #location: S3Location;
  readonly #contentType: string;
  #pieces: Uint8Array[] = [];
  #byteCount = 0;
  #uploadId: string | undefined;
  readonly #etags: string[] = [];

  constructor(location: S3Location, contentType: string) {
    this.#location = location;
    this.#contentType = contentType;
  }

  /** Takes lines, each with its break: a long text is cut between them. */
  async write(lines: string): Promise<void> {
    for (let start = 0; start < lines.length; ) {
      const cut = lines.indexOf("\n", start + PIECE_CHARACTERS) + 1;
      const end = cut === 0 ? lines.length : cut;
      const bytes = Buffer.from(lines.slice(start, end));
      this.#pieces.push(bytes);
      this.#byteCount += bytes.length;
      if (this.#byteCount >= PART_BYTES) await this.#sendPart();
      start = end;
    }
  }

  async end(): Promise<void> {
    if (this.#uploadId === undefined) {
      await writeObject(this.#location, Buffer.concat(this.#pieces), this.#contentType);
      return;
    }
    if (this.#byteCount > 0) await this.#sendPart();
    const { bucket: Bucket, key: Key } = this.#location;
    const Parts = this.#etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
    await s3().send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId: this.#uploadId,
        MultipartUpload: { Parts },
      }),
    );
  }

  async #sendPart(): Promise<void> {
    const { bucket: Bucket, key: Key } = this.#location;
    if (this.#uploadId === undefined) {
      const { UploadId } = await s3().send(
        new CreateMultipartUploadCommand({ Bucket, Key, ContentType: this.#contentType }),
      );
      this.#uploadId = UploadId!;
    }
    const { ETag } = await s3().send(
      new UploadPartCommand({
        Bucket,
        Key,
        UploadId: this.#uploadId,
        PartNumber: this.#etags.length + 1,
        Body: Buffer.concat(this.#pieces),
      }),
    );
    this.#etags.push(ETag!);
    this.#pieces = [];
    this.#byteCount = 0;
  }
}

/**
 * The lines of an object, read in slices, so that many can be read beside each other slowly without a
 * connection that S3 would close.
 *
 * @throws MonitoringError `object-absent`
 */
export async function* readLines(location: S3Location, sliceBytes: number): AsyncGenerator<string> {
  const object = await openRanges(location);
  if (object === null) {
    throw new MonitoringError("object-absent", `${s3Uri(location)}: is absent: must be there`);
  }
  const { byteLength } = object;
  let rest = Buffer.alloc(0);
  for (let start = 0; start < byteLength; start += sliceBytes) {
    const slice = await object.slice(start, Math.min(start + sliceBytes, byteLength));
    const bytes = Buffer.concat([rest, Buffer.from(slice)]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    // Cut between lines, never within a character.
    const lines = bytes.toString("utf8", 0, end).split("\n");
    lines.pop();
    yield* lines;
    rest = bytes.subarray(end);
  }
  if (rest.length > 0) yield rest.toString("utf8");
}
