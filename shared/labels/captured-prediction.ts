import { type Body, decodeBody } from "../capture/payload-rows.ts";
import { readTimeMillis } from "../capture/record.ts";

/** What a join needs of one capture record. */
export interface CapturedPrediction {
  /** The inference id when there is one, else the event id. */
  readonly id: string;
  readonly eventId: string;
  readonly inferenceMillis: number;
  /** What the model answered; null when outputs are not captured. */
  readonly output: Body | "unreadable" | null;
  /** The record's two parts as JSON texts, for the merged record. */
  readonly captureData: string;
  readonly eventMetadata: string;
}

/** Why a capture line cannot be joined. */
export type PredictionRejection =
  | "not-utf-8"
  | "invalid-json"
  | "not-an-object"
  | "no-capture-data"
  | "no-event-id"
  | "id-too-long"
  | "invalid-inference-time"
  | "line-too-long";

const BATCH_ID = "SageMakerInferenceId";
const BATCH_TIME = "SageMakerInferenceTime";

/**
 * Reads one line of a capture object: an endpoint's record, or a row of batch-transform output in JSON
 * with the id and time that SageMaker adds, which the merged record then holds without them.
 */
export function readPrediction(line: string): CapturedPrediction | PredictionRejection {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return "invalid-json";
  }
  if (!isObject(parsed)) return "not-an-object";
  if (!("captureData" in parsed) && BATCH_TIME in parsed) return readBatchRow(parsed);
  const { captureData, eventMetadata } = parsed;
  if (!isObject(captureData)) return "no-capture-data";
  const { eventId, inferenceId, inferenceTime } = isObject(eventMetadata) ? eventMetadata : {};
  if (typeof eventId !== "string" || eventId === "") return "no-event-id";
  const id = typeof inferenceId === "string" && inferenceId !== "" ? inferenceId : eventId;
  const inferenceMillis = readTimeMillis(inferenceTime);
  if (inferenceMillis === null) return "invalid-inference-time";
  return {
    id,
    eventId,
    inferenceMillis,
    output: outputOf(captureData.endpointOutput),
    captureData: JSON.stringify(captureData),
    eventMetadata: JSON.stringify(eventMetadata),
  };
}

function readBatchRow(row: Record<string, unknown>): CapturedPrediction | PredictionRejection {
  const { [BATCH_ID]: id, [BATCH_TIME]: time, ...rest } = row;
  if (typeof id !== "string" || id === "") return "no-event-id";
  const inferenceMillis = readTimeMillis(time);
  if (inferenceMillis === null) return "invalid-inference-time";
  const data = JSON.stringify(rest);
  const answer = "SageMakerOutput" in rest ? rest.SageMakerOutput : rest;
  return {
    id,
    eventId: id,
    inferenceMillis,
    output: { format: "json", text: JSON.stringify(answer) },
    captureData: JSON.stringify({ batchTransformOutput: { data, encoding: "JSON" } }),
    eventMetadata: JSON.stringify({ eventId: id }),
  };
}

function outputOf(payload: unknown): CapturedPrediction["output"] {
  if (payload === undefined || payload === null) return null;
  const body = isObject(payload) ? decodeBody(payload) : "unreadable";
  return typeof body === "string" ? "unreadable" : body;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
