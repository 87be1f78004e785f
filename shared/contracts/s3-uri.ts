import { MonitoringError } from "./monitoring-error.ts";

export interface S3Location {
  readonly bucket: string;
  /** Without a leading slash; empty for a whole bucket. */
  readonly key: string;
}

const S3_URI = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<key>.*))?$/s;

export function isS3Uri(uri: string): boolean {
  return S3_URI.test(uri);
}

/** @throws MonitoringError `invalid-s3-uri` */
export function parseS3Uri(uri: string): S3Location {
  const groups = S3_URI.exec(uri)?.groups;
  if (groups === undefined) {
    throw new MonitoringError("invalid-s3-uri", `S3 URI: "${uri}": must be s3://bucket/prefix`);
  }
  return { bucket: groups.bucket!, key: groups.key ?? "" };
}

export function s3Uri({ bucket, key }: S3Location): string {
  return `s3://${bucket}/${key}`;
}

/** The same location with exactly one slash at its end, so that `churn` never matches `churn-eu`. */
export function asPrefix({ bucket, key }: S3Location): S3Location {
  const trimmed = key.replace(/\/+$/, "");
  return { bucket, key: trimmed === "" ? "" : `${trimmed}/` };
}
