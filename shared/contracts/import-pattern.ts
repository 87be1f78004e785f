import * as z from "zod/mini";
import { MonitoringError } from "./monitoring-error.ts";
import { asPrefix, type S3Location, s3Uri } from "./s3-uri.ts";

/** Of an EventBridge rule on new objects, what it says of their buckets and keys. */
const importPattern = z.looseObject({
  detail: z.looseObject({
    bucket: z.looseObject({ name: z.array(z.string()) }),
    object: z.looseObject({
      key: z.array(z.union([z.string(), z.record(z.string(), z.unknown())])),
    }),
  }),
});

export type ImportPattern = z.infer<typeof importPattern>;

/** @throws MonitoringError `import-pattern-not-understood` */
export function parseImportPattern(text: string): ImportPattern {
  const parsed = importPattern.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new MonitoringError(
    "import-pattern-not-understood",
    `event pattern: ${text.slice(0, 200)}: must name buckets and keys of objects`,
  );
}

/**
 * Whether files under a prefix are told of. The rule pairs every bucket with every key; what is no prefix,
 * such as a wildcard, may let anything through.
 */
export function coversPrefix({ detail }: ImportPattern, location: S3Location): boolean {
  const { bucket, key } = asPrefix(location);
  if (!detail.bucket.name.includes(bucket)) return false;
  return detail.object.key.some((rule) => {
    if (typeof rule === "string") return false;
    const { prefix } = rule;
    return typeof prefix === "string" ? key.startsWith(prefix) : true;
  });
}

/** What must be said of a prefix in the stage's parameters, in their own words. */
export function missingParameters(kind: "label" | "capture", location: S3Location): string {
  const { bucket, key } = asPrefix(location);
  const arn = `arn:aws:s3:::${bucket}/${key}*`;
  return (
    `${s3Uri({ bucket, key })} is not read: ${kind}Buckets must hold "${bucket}", ${kind}Prefixes ` +
    `{ prefix: "${key}" } and ${kind}Objects "${arn}" in the stage's parameters in serverless.yml; ` +
    "then deploy"
  );
}
