import * as z from "zod/mini";
import type { EndpointDescription } from "../contracts/endpoint-progress.ts";

export type CaptureMode = "Input" | "Output";

/** DataCaptureConfig of an endpoint configuration, as DescribeEndpointConfig gives it. */
export const dataCaptureConfig = z.looseObject({
  EnableCapture: z.optional(z.boolean()),
  InitialSamplingPercentage: z.number(),
  DestinationS3Uri: z.string(),
  KmsKeyId: z.optional(z.string()),
  CaptureOptions: z.array(z.looseObject({ CaptureMode: z.string() })),
  CaptureContentTypeHeader: z.optional(
    z.looseObject({
      CsvContentTypes: z.optional(z.array(z.string())),
      JsonContentTypes: z.optional(z.array(z.string())),
    }),
  ),
});

export type DataCaptureConfig = z.infer<typeof dataCaptureConfig>;

/** What an endpoint is to capture, in our words. */
export interface CaptureSettings {
  readonly enabled: boolean;
  readonly destination: string;
  /** 1 to 100. */
  readonly samplingPercent: number;
  readonly modes: readonly CaptureMode[];
  readonly csvContentTypes: readonly string[];
  readonly jsonContentTypes: readonly string[];
  /** Of the volume that keeps captures until they are in S3. */
  readonly kmsKeyId?: string;
}

export function settingsOf(config: DataCaptureConfig): CaptureSettings {
  const { CaptureContentTypeHeader: types, CaptureOptions: options, KmsKeyId: kmsKeyId } = config;
  return {
    enabled: config.EnableCapture ?? false,
    destination: config.DestinationS3Uri,
    samplingPercent: config.InitialSamplingPercentage,
    modes: (["Input", "Output"] as const).filter((mode) =>
      options.some(({ CaptureMode }) => CaptureMode === mode),
    ),
    csvContentTypes: types?.CsvContentTypes ?? [],
    jsonContentTypes: types?.JsonContentTypes ?? [],
    ...(kmsKeyId ? { kmsKeyId } : {}),
  };
}

/** The settings as CreateEndpointConfig takes them. */
export function dataCaptureConfigOf(settings: CaptureSettings) {
  const { csvContentTypes, jsonContentTypes, kmsKeyId } = settings;
  const types = {
    ...(csvContentTypes.length > 0 ? { CsvContentTypes: [...csvContentTypes] } : {}),
    ...(jsonContentTypes.length > 0 ? { JsonContentTypes: [...jsonContentTypes] } : {}),
  };
  return {
    EnableCapture: settings.enabled,
    InitialSamplingPercentage: settings.samplingPercent,
    DestinationS3Uri: settings.destination,
    ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
    // Two entries: the API also lists InputAndOutput, and refuses it.
    CaptureOptions: settings.modes.map((mode) => ({ CaptureMode: mode })),
    ...(Object.keys(types).length > 0 ? { CaptureContentTypeHeader: types } : {}),
  };
}

/** Whether the endpoint itself shows the settings; its configuration may say what it does not do. */
export function showsCapture(endpoint: EndpointDescription, settings: CaptureSettings): boolean {
  const shown = endpoint.DataCaptureConfig;
  if (!settings.enabled) return shown === undefined || !shown.EnableCapture;
  if (!shown?.EnableCapture) return false;
  return (
    shown.CaptureStatus === "Started" &&
    shown.CurrentSamplingPercentage === settings.samplingPercent &&
    shown.DestinationS3Uri === settings.destination
  );
}

/** What these settings make impossible or weaker, one sentence each; empty when nothing is lost. */
export function lostByCapture(settings: CaptureSettings): string[] {
  if (!settings.enabled) return ["Nothing is captured: no check of this endpoint can run."];
  const { modes, samplingPercent, csvContentTypes, jsonContentTypes } = settings;
  const lost: string[] = [];
  if (!modes.includes("Output")) {
    lost.push(
      "Outputs are not captured: no drift of predictions, and no model quality or bias, which " +
        "compare predictions with labels.",
    );
  }
  if (!modes.includes("Input")) {
    lost.push(
      "Inputs are not captured: no drift of features, no attribution, no bias by feature, and no " +
        "training set from production; a data-quality baseline must then hold outputs alone.",
    );
  }
  if (samplingPercent < 100) {
    lost.push(
      `${samplingPercent} % of the requests are captured: checks need longer to be sure, and ` +
        "labels of the other requests find no prediction.",
    );
  }
  if (csvContentTypes.length + jsonContentTypes.length === 0) {
    lost.push("No content type is listed: SageMaker captures every body as BASE64.");
  }
  return lost;
}
