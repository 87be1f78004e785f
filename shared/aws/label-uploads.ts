import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { LabelFormat } from "../contracts/label-source.ts";
import { labelUploadKey } from "../contracts/storage-keys.ts";
import { isEndpointOverridden, stageText } from "./stage.ts";

/** How a file is to be sent to us. */
export interface LabelUpload {
  readonly method: "PUT";
  readonly url: string;
  /** To be sent with it as they are: they are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: string;
}

export interface UploadRequest {
  readonly endpoint: string;
  readonly uploadId: string;
  readonly format: LabelFormat;
  readonly arrivedMillis: number;
}

const EXPIRES_SECONDS = 900;

let client: S3Client | undefined;

function signer(): S3Client {
  client ??= new S3Client({
    forcePathStyle: isEndpointOverridden(),
    // By default the SDK signs the checksum of its own, empty body, and S3 then refuses any other.
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  return client;
}

/** A place for one file under `label-inbox/`; what was put there cannot be written over. */
export async function signUpload(request: UploadRequest): Promise<LabelUpload> {
  const { endpoint, uploadId, format, arrivedMillis } = request;
  const Key = labelUploadKey(endpoint, arrivedMillis, `${uploadId}.${format}`);
  const command = new PutObjectCommand({ Bucket: stageText("bucket"), Key, IfNoneMatch: "*" });
  const url = await getSignedUrl(signer(), command, {
    expiresIn: EXPIRES_SECONDS,
    signableHeaders: new Set(["host", "if-none-match"]),
    unhoistableHeaders: new Set(["if-none-match"]),
  });
  return {
    method: "PUT",
    url,
    headers: { "if-none-match": "*" },
    expiresAt: new Date(Date.now() + EXPIRES_SECONDS * 1000).toISOString(),
  };
}
