import type { CreateModelPackageCommandInput, MetricsSource } from "@aws-sdk/client-sagemaker";
import { requireOneOf, requireS3Uri } from "../operations/training-job-rules.ts";
import { validationException } from "../service-error.ts";
import { brokenConstraint, requireList, requireText } from "../validation.ts";

const STATUSES = ["Approved", "Rejected", "PendingManualApproval"];
const METADATA_COUNT_MAX = 50;
const KEY_LENGTH_MAX = 128;
const VALUE_LENGTH_MAX = 256;
const DESCRIPTION_LENGTH_MAX = 1024;
const METADATA_PATTERN = "([\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*)";
const METADATA = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const CLIENT_TOKEN = /^[a-zA-Z0-9-]{1,36}$/;

/** What SageMaker demands of a model package before it takes it. */
export function requireModelPackage(input: CreateModelPackageCommandInput): void {
  const { InferenceSpecification, SourceUri, ModelMetrics, DriftCheckBaselines } = input;
  if (InferenceSpecification === undefined && SourceUri === undefined) {
    throw validationException("InferenceSpecification or SourceUri must be specified.");
  }
  if (InferenceSpecification !== undefined) {
    const member = "inferenceSpecification.containers";
    requireList(InferenceSpecification.Containers, member, 15);
  }
  for (const source of metricsSources({ ModelMetrics, DriftCheckBaselines })) requireSource(source);
  requireApproval(input.ModelApprovalStatus, undefined);
  requireMetadata(input.CustomerMetadataProperties);
  requireClientToken(input.ClientToken);
}

export function requireApproval(status: string | undefined, description: string | undefined): void {
  if (status !== undefined) requireOneOf(status, "modelApprovalStatus", STATUSES);
  if ((description?.length ?? 0) <= DESCRIPTION_LENGTH_MAX) return;
  const rule = `Member must have length less than or equal to ${DESCRIPTION_LENGTH_MAX}`;
  throw brokenConstraint(description, "approvalDescription", rule);
}

/** Ids and hashes fit in here; JSON does not. */
export function requireMetadata(properties: Readonly<Record<string, string>> | undefined): void {
  if (properties === undefined) return;
  const entries = Object.entries(properties);
  if (entries.length > METADATA_COUNT_MAX) {
    const rule = `Member must have length less than or equal to ${METADATA_COUNT_MAX}`;
    throw brokenConstraint(`{${entries.length} entries}`, "customerMetadataProperties", rule);
  }
  for (const [key, value] of entries) {
    requireMetadataText(key, "customerMetadataProperties.key", KEY_LENGTH_MAX);
    requireMetadataText(value, `customerMetadataProperties.${key}.member`, VALUE_LENGTH_MAX);
  }
}

function requireMetadataText(value: string, member: string, lengthMax: number): void {
  if (value.length < 1) {
    throw brokenConstraint(value, member, "Member must have length greater than or equal to 1");
  }
  if (value.length > lengthMax) {
    const rule = `Member must have length less than or equal to ${lengthMax}`;
    throw brokenConstraint(value, member, rule);
  }
  if (METADATA.test(value)) return;
  const rule = `Member must satisfy regular expression pattern: ${METADATA_PATTERN}\${1,${lengthMax}}`;
  throw brokenConstraint(value, member, rule);
}

export function requireClientToken(token: string | undefined): void {
  if (token === undefined || CLIENT_TOKEN.test(token)) return;
  const rule = "Member must satisfy regular expression pattern: ^[a-zA-Z0-9-]+$ (1 to 36)";
  throw brokenConstraint(token, "clientToken", rule);
}

/** Every metrics source, however deep it stands. */
function metricsSources(value: unknown): MetricsSource[] {
  if (typeof value !== "object" || value === null) return [];
  if ("S3Uri" in value || "ContentType" in value) return [value as MetricsSource];
  return Object.values(value).flatMap(metricsSources);
}

function requireSource({ S3Uri, ContentType }: MetricsSource): void {
  requireS3Uri(S3Uri, "modelMetrics.s3Uri");
  // The configuration file of a drift check baseline has no content type of its own.
  if (ContentType !== undefined) requireText(ContentType, "modelMetrics.contentType");
}
