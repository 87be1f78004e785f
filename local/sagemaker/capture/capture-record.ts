import type { DataCaptureConfig } from "@aws-sdk/client-sagemaker";
import { mediaTypeOf } from "../serving/media-type.ts";

export interface Payload {
  readonly contentType: string;
  readonly body: Buffer;
}

/** One answered request, as data capture sees it. */
export interface Inference {
  readonly eventId: string;
  readonly inferenceMillis: number;
  readonly inferenceId?: string;
  readonly customAttributes?: string;
  readonly input: Payload;
  readonly output: Payload;
}

/** One line of a capture file, without its newline. */
export function captureRecord(inference: Inference, config: DataCaptureConfig): string {
  const modes = new Set(config.CaptureOptions?.map(({ CaptureMode }) => CaptureMode));
  const { eventId, inferenceId, customAttributes, inferenceMillis, input, output } = inference;
  return JSON.stringify({
    captureData: {
      ...(modes.has("Input") ? { endpointInput: captured(input, "INPUT", config) } : {}),
      ...(modes.has("Output") ? { endpointOutput: captured(output, "OUTPUT", config) } : {}),
    },
    eventMetadata: {
      eventId,
      ...(inferenceId === undefined ? {} : { inferenceId }),
      ...(customAttributes === undefined ? {} : { customAttributes: [customAttributes] }),
      inferenceTime: new Date(inferenceMillis).toISOString().replace(/\.\d+Z$/, "Z"),
    },
    eventVersion: "0",
  });
}

function captured({ contentType, body }: Payload, mode: string, config: DataCaptureConfig) {
  const encoding = encodingOf(contentType, config);
  const data = body.toString(encoding === "BASE64" ? "base64" : "utf8");
  return { observedContentType: contentType, mode, data, encoding };
}

/** A type that the configuration does not list is captured as BASE64, whatever it is. */
function encodingOf(
  contentType: string,
  { CaptureContentTypeHeader }: DataCaptureConfig,
): "CSV" | "JSON" | "BASE64" {
  const type = mediaTypeOf(contentType);
  const lists = (types: readonly string[] | undefined) =>
    types?.some((listed) => listed.toLowerCase() === type) ?? false;
  if (lists(CaptureContentTypeHeader?.CsvContentTypes)) return "CSV";
  if (lists(CaptureContentTypeHeader?.JsonContentTypes)) return "JSON";
  return "BASE64";
}
