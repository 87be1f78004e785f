import type { MonitorDefinition } from "./monitor-definition.ts";
import { asPrefix, parseS3Uri, type S3Location, s3Uri } from "./s3-uri.ts";
import { PREFIX } from "./storage-keys.ts";

export const LABEL_FORMATS = ["jsonl", "jsonl.gz", "csv", "parquet"] as const;

export type LabelFormat = (typeof LABEL_FORMATS)[number];

/** Of which endpoint an object holds labels, or why it holds none that we take. */
export type LabelSource =
  | { readonly kind: "labels"; readonly endpoint: string; readonly format: LabelFormat }
  | {
      readonly kind: "unknown-endpoint" | "unknown-format" | "own-output";
      readonly explanation: string;
    };

/** An endpoint that is monitored; without `labels` when its definition does not validate just now. */
interface Monitored {
  readonly endpoint: string;
  readonly labels?: MonitorDefinition["labels"];
}

/**
 * Finds the endpoint of a label file: by `label-inbox/{endpoint}/`, else by the definition whose
 * `labels.prefix` holds it; the longest prefix wins.
 */
export function labelSource(
  object: S3Location,
  monitored: readonly Monitored[],
  ownBucket: string,
): LabelSource {
  const location = s3Uri(object);
  if (isOwnOutput(object, ownBucket)) {
    const explanation = `${location}: lies where Plumbline itself writes: must come from elsewhere`;
    return { kind: "own-output", explanation };
  }
  const endpoint = endpointOf(object, monitored, ownBucket);
  if (endpoint === undefined) {
    const explanation = `${location}: lies under the label prefix of no monitored endpoint`;
    return { kind: "unknown-endpoint", explanation };
  }
  const format = LABEL_FORMATS.find((ending) => object.key.endsWith(`.${ending}`));
  if (format === undefined) {
    const explanation = `${location}: must end in one of ${LABEL_FORMATS.join(", ")}`;
    return { kind: "unknown-format", explanation };
  }
  return { kind: "labels", endpoint, format };
}

/**
 * Whether labels taken from a prefix could be files that Plumbline writes, which would be an endless
 * loop: it lies under one of our prefixes, or one of ours lies under it.
 */
export function overlapsOwnOutput(prefix: S3Location, ownBucket: string): boolean {
  if (prefix.bucket !== ownBucket) return false;
  return OWN_OUTPUT.some((own) => own.startsWith(prefix.key) || prefix.key.startsWith(own));
}

/** All that any function writes or users keep for us; labels come in at the inbox alone. */
const OWN_OUTPUT = Object.values(PREFIX).filter((prefix) => prefix !== PREFIX.labelInbox);

function isOwnOutput({ bucket, key }: S3Location, ownBucket: string): boolean {
  return bucket === ownBucket && OWN_OUTPUT.some((own) => key.startsWith(own));
}

function endpointOf(
  { bucket, key }: S3Location,
  monitored: readonly Monitored[],
  ownBucket: string,
): string | undefined {
  if (bucket === ownBucket && key.startsWith(PREFIX.labelInbox)) {
    const [name] = key.slice(PREFIX.labelInbox.length).split("/");
    return monitored.find(({ endpoint }) => endpoint === name)?.endpoint;
  }
  return monitored
    .flatMap(({ endpoint, labels }) =>
      labels?.prefix === undefined
        ? []
        : [{ endpoint, prefix: asPrefix(parseS3Uri(labels.prefix)) }],
    )
    .filter(({ prefix }) => prefix.bucket === bucket && key.startsWith(prefix.key))
    .sort((a, b) => b.prefix.key.length - a.prefix.key.length)[0]?.endpoint;
}
