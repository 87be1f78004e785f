import type { DataCaptureConfig } from "@aws-sdk/client-sagemaker";
import { validationException } from "../service-error.ts";
import { brokenConstraint, requireList, requireText } from "../validation.ts";

const CONTENT_TYPE = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*$/;
const CONTENT_TYPE_PATTERN = "^[a-zA-Z0-9](-*[a-zA-Z0-9])*\\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*";
const CONTENT_TYPE_COUNT_MAX = 10;
const CAPTURE_OPTION_COUNT_MAX = 32;

/** What SageMaker demands of a DataCaptureConfig, whether it is switched on or off. */
export function requireCapture(capture: DataCaptureConfig | undefined, serverless: boolean): void {
  if (capture === undefined) return;
  if (serverless) {
    throw validationException("Data capture is not supported for serverless endpoints.");
  }
  const percent = capture.InitialSamplingPercentage;
  const member = "dataCaptureConfig.initialSamplingPercentage";
  if (percent === undefined) throw brokenConstraint(percent, member, "Member must not be null");
  if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
    throw brokenConstraint(percent, member, "Member must be an integer between 0 and 100");
  }
  const destination = requireText(capture.DestinationS3Uri, "dataCaptureConfig.destinationS3Uri");
  if (!/^(?:https|s3):\/\/[^/]+(?:\/.*)?$/.test(destination)) {
    const rule = "Member must satisfy regular expression pattern: ^(https|s3)://([^/])/?(.*)$";
    throw brokenConstraint(destination, "dataCaptureConfig.destinationS3Uri", rule);
  }
  requireModes(capture);
  const types = capture.CaptureContentTypeHeader ?? {};
  requireContentTypes(types.CsvContentTypes, "csvContentTypes");
  requireContentTypes(types.JsonContentTypes, "jsonContentTypes");
}

function requireModes(capture: DataCaptureConfig): void {
  const member = "dataCaptureConfig.captureOptions";
  for (const option of requireList(capture.CaptureOptions, member, CAPTURE_OPTION_COUNT_MAX)) {
    // The API's model also lists InputAndOutput; the service refuses it.
    if (option.CaptureMode !== "Input" && option.CaptureMode !== "Output") {
      const rule = "Member must satisfy enum value set: [Input, Output]";
      throw brokenConstraint(option.CaptureMode, `${member}.member.captureMode`, rule);
    }
  }
}

function requireContentTypes(types: readonly string[] | undefined, name: string): void {
  if (types === undefined) return;
  const member = `dataCaptureConfig.captureContentTypeHeader.${name}`;
  for (const type of requireList(types, member, CONTENT_TYPE_COUNT_MAX)) {
    if (!CONTENT_TYPE.test(type)) {
      const rule = `Member must satisfy regular expression pattern: ${CONTENT_TYPE_PATTERN}`;
      throw brokenConstraint(type, member, rule);
    }
  }
}
