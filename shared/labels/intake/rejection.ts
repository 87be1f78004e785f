import { ID_LIMIT_BYTES, type LabelRejection } from "../label.ts";

/** Why a label is not accepted. The names are stable: answers, quarantine and tests key on them. */
export type IntakeReason =
  | LabelRejection
  | "unknown-key"
  | "not-one-id"
  | "invalid-id"
  | "invalid-label"
  | "not-a-number"
  | "label-time-in-future"
  | "invalid-csv"
  | "invalid-gzip"
  | "invalid-parquet"
  | "no-such-column";

/** What must hold of a label, for whoever sent it. */
export const RULES: Readonly<Record<IntakeReason, string>> = {
  "not-utf-8": "must be UTF-8",
  "invalid-json": "must be JSON",
  "not-an-object": "must be a JSON object",
  "no-ground-truth-data": "must have groundTruthData",
  "invalid-data": "groundTruthData.data must be a text that is not empty, and JSON if it says so",
  "unknown-encoding": "groundTruthData.encoding must be CSV or JSON",
  "no-event-id": "eventMetadata.eventId must be a text that is not empty",
  "id-too-long": `the id must be at most ${ID_LIMIT_BYTES} bytes long`,
  "invalid-label-time": "labelTime must be an ISO 8601 time with a zone",
  "line-too-long": "must be shorter",
  "unknown-key": "must have the keys inferenceId or eventId, label and labelTime alone",
  "not-one-id": "must have one of inferenceId and eventId",
  "invalid-id": "the id must be a text that is not empty, without control characters",
  "invalid-label":
    "label must be a text, a finite number, true or false, or a list of those, one a row",
  "not-a-number": "label must be a finite number: the endpoint's problem is regression",
  "label-time-in-future": "labelTime must not be more than a day after the label's arrival",
  "invalid-csv": "must be a row of CSV with as many fields as the header",
  "invalid-gzip": "must be whole gzip: what follows could not be read",
  "invalid-parquet": "must be a readable Parquet file",
  "no-such-column": "must have the columns inferenceId or eventId, and label",
};
