/** A place in the account's S3. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** `s3://bucket/key` as its two parts, or undefined when it is no S3 URI. */
export function parseS3Uri(uri: string): S3Place | undefined {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri);
  return match === null ? undefined : { bucket: match[1]!, key: match[2]! };
}

export function s3UriOf({ bucket, key }: S3Place): string {
  return `s3://${bucket}/${key}`;
}
