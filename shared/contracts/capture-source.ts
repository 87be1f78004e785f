import { asPrefix, parseS3Uri, type S3Location } from "./s3-uri.ts";

/** Which endpoint and variant a capture object comes from, or why it is none of a monitored one. */
export type CaptureSource =
  | {
      readonly kind: "capture";
      readonly endpoint: string;
      readonly variant: string;
      /** The hour of invocation that the key names. */
      readonly hourMillis: number;
    }
  | { readonly kind: "not-a-capture" | "unknown-endpoint"; readonly explanation: string };

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
    const found = REST.exec(object.key.slice(prefix.key.length))?.groups;
    const hourMillis = Date.parse(`${found?.day?.replaceAll("/", "-")}T${found?.hour}:00:00Z`);
    if (found === undefined || Number.isNaN(hourMillis)) continue;
    isCapture = true;
    if (found.endpoint === undefined || found.endpoint === endpoint) {
      return { kind: "capture", endpoint, variant: found.variant ?? ONLY_VARIANT, hourMillis };
    }
  }
  return isCapture
    ? {
        kind: "unknown-endpoint",
        explanation: `${location}: lies under the capture prefix of no monitored endpoint`,
      }
    : {
        kind: "not-a-capture",
        explanation: `${location}: must end in yyyy/mm/dd/hh/<file>.jsonl or .jsonl.gz`,
      };
}
