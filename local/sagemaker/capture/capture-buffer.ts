import { randomUUID } from "node:crypto";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";

const MINUTE_MILLIS = 60_000;
const WRITES_AT_ONCE = 8;

export interface CapturedInference {
  /** `s3://bucket/prefix` of the capture configuration in force. */
  readonly destination: string;
  readonly endpoint: string;
  readonly variant: string;
  readonly inferenceMillis: number;
  readonly record: string;
}

interface PendingFile {
  readonly destination: string;
  readonly endpoint: string;
  readonly variant: string;
  firstMillis: number;
  readonly records: { readonly millis: number; readonly record: string }[];
}

/** Holds captured records until they are written, one file a variant and minute of inference. */
export class CaptureBuffer {
  readonly #s3: S3Client;
  #pending = new Map<string, PendingFile>();

  constructor(s3: S3Client) {
    this.#s3 = s3;
  }

  add(inference: CapturedInference): void {
    const { destination, endpoint, variant, inferenceMillis: millis, record } = inference;
    const minute = Math.floor(millis / MINUTE_MILLIS);
    const key = JSON.stringify([destination, endpoint, variant, minute]);
    let file = this.#pending.get(key);
    if (file === undefined) {
      file = { destination, endpoint, variant, firstMillis: millis, records: [] };
      this.#pending.set(key, file);
    }
    file.firstMillis = Math.min(file.firstMillis, millis);
    file.records.push({ millis, record });
  }

  /** Writes everything held; what could not be written stays for the next time, and throws. */
  async flush(): Promise<{ fileCount: number; recordCount: number }> {
    const files = [...this.#pending];
    this.#pending = new Map();
    const failures: unknown[] = [];
    const written = { fileCount: 0, recordCount: 0 };
    const writeNext = async (): Promise<void> => {
      for (let next = files.shift(); next !== undefined; next = files.shift()) {
        try {
          await this.#write(next[1]);
          written.fileCount++;
          written.recordCount += next[1].records.length;
        } catch (error) {
          failures.push(error);
          this.#keep(next);
        }
      }
    };
    await Promise.all(Array.from({ length: WRITES_AT_ONCE }, writeNext));
    if (failures.length > 0) throw failures[0];
    return written;
  }

  #keep([key, file]: [string, PendingFile]): void {
    const newer = this.#pending.get(key);
    if (newer !== undefined) file.records.push(...newer.records);
    this.#pending.set(key, file);
  }

  async #write(file: PendingFile): Promise<void> {
    const { bucket, key } = locationOf(file, randomUUID());
    const lines = file.records.sort((a, b) => a.millis - b.millis).map(({ record }) => record);
    await this.#s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: `${lines.join("\n")}\n`,
        ContentType: "application/jsonlines",
      }),
    );
  }
}

/** `{prefix}/{endpoint}/{variant}/yyyy/mm/dd/hh/{mm}-{ss}-{SSS}-{uuid}.jsonl` of the first record. */
function locationOf(file: PendingFile, uuid: string): { bucket: string; key: string } {
  const [, bucket, prefix] = /^(?:s3|https):\/\/([^/]+)\/?(.*?)\/*$/.exec(file.destination)!;
  const time = new Date(file.firstMillis).toISOString();
  const hour = time.slice(0, 13).replace("T", "/").replaceAll("-", "/");
  const minute = time.slice(14, 23).replace(/[:.]/g, "-");
  const parts = [prefix, file.endpoint, file.variant, hour, `${minute}-${uuid}.jsonl`];
  return { bucket: bucket!, key: parts.filter((part) => part !== "").join("/") };
}
