import type { CreateTransformJobCommandInput } from "@aws-sdk/client-sagemaker";
import { csvFields } from "../../logistic-regression/rows.ts";
import { mediaTypeOf } from "../serving/media-type.ts";
import type { InferenceRequest, InferenceResponse } from "../serving/model-server.ts";
import { applyFilter, type DataRecord } from "./data-filter.ts";

export type Invoke = (request: InferenceRequest) => InferenceResponse;

type TransformInput = Omit<CreateTransformJobCommandInput, "Tags" | "TransformJobName">;

const MEGABYTE = 1024 * 1024;
const PAYLOAD_MEGABYTES_DEFAULT = 6;

/** What the model answers to one input object, as its output object holds it. */
export function transformObject(text: string, input: TransformInput, invoke: Invoke): string {
  const { TransformInput: { SplitType, ContentType } = {}, TransformOutput } = input;
  const contentType = ContentType ?? "text/csv";
  const request = { contentType, accept: TransformOutput?.Accept };
  const isWhole = SplitType === undefined || SplitType === "None";
  if (isWhole) return invoke({ ...request, body: text }).body;

  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const { InputFilter = "$" } = input.DataProcessing ?? {};
  const sent =
    InputFilter === "$" ? lines : lines.map((line) => filtered(line, InputFilter, contentType));
  const answers = batchesOf(sent, input).map((batch) =>
    invoke({ ...request, body: batch.join("\n") }),
  );
  const joined = processed(lines, answers, { input, contentType });
  if (TransformOutput?.AssembleWith !== "Line") return joined.join("");
  return joined.map((line) => `${line}\n`).join("");
}

/** Lines as they are sent: as many as the payload takes, or each by itself. */
function batchesOf(lines: readonly string[], input: TransformInput): string[][] {
  if (input.BatchStrategy === "SingleRecord") return lines.map((line) => [line]);
  const bytesMax = (input.MaxPayloadInMB ?? PAYLOAD_MEGABYTES_DEFAULT) * MEGABYTE;
  const batches: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const size = Buffer.byteLength(line) + 1;
    if (bytes + size > bytesMax) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(line);
    bytes += size;
  }
  return batches;
}

/** The answers as they are, or each record's answer joined with it and filtered. */
function processed(
  lines: readonly string[],
  answers: readonly InferenceResponse[],
  { input, contentType }: { input: TransformInput; contentType: string },
): readonly string[] {
  const { JoinSource = "None", OutputFilter = "$" } = input.DataProcessing ?? {};
  if (JoinSource === "None" && OutputFilter === "$") return answers.map(({ body }) => body);
  const outputs = answers.flatMap(({ body }) => body.split("\n").filter((line) => line !== ""));
  if (outputs.length !== lines.length) {
    throw new RangeError(
      `${lines.length} records gave ${outputs.length} answers: one each to join`,
    );
  }
  const outputType = answers[0]?.contentType ?? contentType;
  return outputs.map((output, index) => {
    const answer = recordOf(output, outputType);
    const record =
      JoinSource === "Input" ? join(recordOf(lines[index]!, contentType), answer) : answer;
    return textOf(applyFilter(record, OutputFilter));
  });
}

/** CSV: the answer's fields after the input's. JSON: the answer as `SageMakerOutput`. */
function join(input: DataRecord, output: DataRecord): DataRecord {
  if (Array.isArray(input) && Array.isArray(output)) return [...input, ...output];
  if (typeof input === "object" && input !== null && !Array.isArray(input)) {
    return { ...input, SageMakerOutput: output };
  }
  return { SageMakerInput: input, SageMakerOutput: output };
}

function filtered(line: string, filter: string, contentType: string): string {
  return textOf(applyFilter(recordOf(line, contentType), filter), contentType);
}

function recordOf(line: string, contentType: string): DataRecord {
  return isCsv(contentType) ? csvFields(line) : JSON.parse(line);
}

/** A list of texts is what a CSV line was; JSON it stays where JSON is sent. */
function textOf(record: DataRecord, contentType = "text/csv"): string {
  const isFields = Array.isArray(record) && record.every((field) => typeof field === "string");
  if (isCsv(contentType) && isFields) return record.map(csvField).join(",");
  if (isCsv(contentType) && typeof record === "string") return csvField(record);
  return JSON.stringify(record);
}

function csvField(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function isCsv(contentType: string): boolean {
  return mediaTypeOf(contentType) === "text/csv";
}
