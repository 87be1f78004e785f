import { MonitoringError } from "../contracts/monitoring-error.ts";

/**
 * Every environment variable that a function may be given. Only this file reads them, and only what a
 * function uses must be set in its `function.yml`.
 */
export const STAGE_VARIABLES = {
  /** The stage's name, such as `local` or `prod`; part of the names of alarms. */
  stage: "PLUMBLINE_STAGE",
  bucket: "PLUMBLINE_BUCKET",
  table: "PLUMBLINE_TABLE",
  /** Source of our own events, `plumbline.<stage>`. */
  eventSource: "PLUMBLINE_EVENT_SOURCE",
  alarmsTopicArn: "PLUMBLINE_ALARMS_TOPIC_ARN",
  messagesTopicArn: "PLUMBLINE_MESSAGES_TOPIC_ARN",
  stateMachineArn: "PLUMBLINE_STATE_MACHINE_ARN",
  /** The state machine that checks windows again, and joins those that are too large for one function. */
  backfillArn: "PLUMBLINE_BACKFILL_ARN",
  /** How much of captures and labels one function joins in its memory, an integer. */
  joinBytes: "PLUMBLINE_JOIN_BYTES",
  /** What definitions may name as image and as role, each `key=value,key=value`. */
  trainingImages: "PLUMBLINE_TRAINING_IMAGES",
  trainingRoles: "PLUMBLINE_TRAINING_ROLES",
  /** How long after its end a window waits for late capture files, an integer. */
  watermarkMinutes: "PLUMBLINE_WATERMARK_MINUTES",
  /** How long captures live in the stage's own bucket, an integer. */
  captureRetentionDays: "PLUMBLINE_CAPTURE_RETENTION_DAYS",
  /** How many requests of labels a key may send in a minute unless it says otherwise, an integer. */
  labelRequestsPerMinute: "PLUMBLINE_LABEL_REQUESTS_PER_MINUTE",
  /** Alias of the KMS key that signs the links of approvals and reviews. */
  linkKeyId: "PLUMBLINE_LINK_KEY_ID",
  /** Version of the deployed code, named in every `result.json`. */
  codeVersion: "PLUMBLINE_CODE_VERSION",
} as const;

export type StageVariable = keyof typeof STAGE_VARIABLES;

/** @throws MonitoringError `stage-variable-missing` when it is unset or empty */
export function stageText(variable: StageVariable): string {
  const name = STAGE_VARIABLES[variable];
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new MonitoringError(
      "stage-variable-missing",
      `environment variable ${name}: not set: the function's function.yml must set it`,
    );
  }
  return value;
}

/** Takes the variables of a deployed function as our own, for a program that runs beside the stage. */
export function adoptStageVariables(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.values(STAGE_VARIABLES)) {
    const value = environment[name];
    if (value !== undefined) process.env[name] = value;
  }
}

/** Whether the AWS clients talk to some other address than AWS's own, as on the local account. */
export function isEndpointOverridden(): boolean {
  return (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL ?? "") !== "";
}

/** The one address that all services have where AWS is played on one machine; null on AWS. */
export function endpointOverride(): string | null {
  return process.env.AWS_ENDPOINT_URL || null;
}

/** @throws MonitoringError `stage-variable-invalid` when it is no whole number of at least 0 */
export function stageCount(variable: StageVariable): number {
  const text = stageText(variable);
  if (!/^\d{1,9}$/.test(text)) {
    throw new MonitoringError(
      "stage-variable-invalid",
      `environment variable ${STAGE_VARIABLES[variable]}: "${text}": must be a whole number`,
    );
  }
  return Number(text);
}
