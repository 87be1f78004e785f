import { asPrefix, parseS3Uri, type S3Location } from "./s3-uri.ts";

/** Which endpoint and variant a capture object comes from, or why it is none of a monitored one. */
export type CaptureSource =
  | {
      /** A manifest names the objects that hold the records of a batch transform. */
      readonly kind: "capture" | "batch-manifest";
      readonly endpoint: string;
      readonly variant: string;
      /** The hour of invocation that the key names. */
      readonly hourMillis: number;
    }
  | { readonly kind: "not-a-capture" | "unknown-endpoint"; readonly explanation: string };

/** What is known of an object that holds captures of a monitored endpoint, or names those that do. */
export type KnownCapture = Extract<CaptureSource, { readonly endpoint: string }>;

/** An endpoint and the prefix, an S3 URI, that its captures lie under. */
export interface CapturePrefix {
  readonly endpoint: string;
  readonly capture: string;
}

/** SageMaker's name for the variant of an endpoint that has but one, where the path has none. */
const ONLY_VARIANT = "AllTraffic";

const OWNER = "(?:(?:(?<endpoint>[\\w-]+)/)?(?<variant>[\\w-]+)/)?";
const HOUR = "(?<day>\\d{4}/\\d\\d/\\d\\d)/(?<hour>\\d\\d)/";

/** Below the monitored prefix: an endpoint, a variant, both or neither, then the hour and the file. */
const REST = new RegExp(`^${OWNER}${HOUR}[^/]+\\.jsonl(?:\\.gz)?$`);

/** Batch transform keeps a manifest of its inputs beside this one, which says nothing more. */
const BATCH_MANIFEST = new RegExp(`^(?:(?<endpoint>[\\w-]+)/)?output/${HOUR}[^/]+\\.json$`);

/**
 * Finds the definition whose `capture` prefix holds the object; the longest prefix wins. One prefix may
 * hold several endpoints as SageMaker lays them out, `{endpoint}/{variant}/yyyy/mm/dd/hh/`.
 */
export function captureSource(
  object: S3Location,
  definitions: readonly CapturePrefix[],
): CaptureSource {
  const candidates = definitions
    .map(({ endpoint, capture }) => ({ endpoint, prefix: asPrefix(parseS3Uri(capture)) }))
    .filter(({ prefix }) => prefix.bucket === object.bucket && object.key.startsWith(prefix.key))
    .sort((a, b) => b.prefix.key.length - a.prefix.key.length);
  const location = `s3://${object.bucket}/${object.key}`;
  let isCapture = candidates.length === 0;
  for (const { endpoint, prefix } of candidates) {
    const rest = object.key.slice(prefix.key.length);
    const manifest = BATCH_MANIFEST.exec(rest)?.groups;
    const found = manifest ?? REST.exec(rest)?.groups;
    const hourMillis = Date.parse(`${found?.day?.replaceAll("/", "-")}T${found?.hour}:00:00Z`);
    if (found === undefined || Number.isNaN(hourMillis)) continue;
    isCapture = true;
    if (found.endpoint === undefined || found.endpoint === endpoint) {
      const kind = manifest === undefined ? "capture" : "batch-manifest";
      return { kind, endpoint, variant: found.variant ?? ONLY_VARIANT, hourMillis };
    }
  }
  return isCapture
    ? {
        kind: "unknown-endpoint",
        explanation: `${location}: lies under the capture prefix of no monitored endpoint`,
      }
    : {
        kind: "not-a-capture",
        explanation: `${location}: must end in yyyy/mm/dd/hh/<file>.jsonl or .jsonl.gz, or be a manifest`,
      };
}

/** Whether an object is what a batch transform made of CSV: it is called as its input, and `.out`. */
export function isBatchCsv(name: string): boolean {
  return /\.csv\.out(?:\.gz)?$/i.test(name);
}
