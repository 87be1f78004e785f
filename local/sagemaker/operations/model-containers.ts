import type { ContainerDefinition, CreateModelCommandInput } from "@aws-sdk/client-sagemaker";
import type { SimulatorContext } from "../context.ts";
import { validationException } from "../service-error.ts";
import type { ModelContainer } from "../state.ts";
import { requireText } from "../validation.ts";
import { findModelPackage } from "./model-packages.ts";

/** What is to run: the container itself, or that of the model package which it names. */
export function containerOf(
  context: SimulatorContext,
  input: CreateModelCommandInput,
): ModelContainer {
  const given = input.PrimaryContainer ?? input.Containers?.[0];
  if (given === undefined) {
    throw validationException("Either PrimaryContainer or Containers must be specified.");
  }
  const { ModelPackageName } = given;
  const container =
    ModelPackageName === undefined ? given : packagedContainer(context, ModelPackageName);
  const image = requireText(container.Image, "primaryContainer.image");
  const url = container.ModelDataUrl ?? container.ModelDataSource?.S3DataSource?.S3Uri;
  if (url !== undefined && !/^(?:https|s3):\/\/[^/]+\/.+$/.test(url)) {
    throw validationException(`Could not parse ModelDataUrl "${url}": it must be an S3 URI.`);
  }
  return { image, ...(url === undefined ? {} : { url }) };
}

function packagedContainer(context: SimulatorContext, name: string): ContainerDefinition {
  const { arn, input } = findModelPackage(context, name, "containers.1.member.modelPackageName");
  if (input.ModelApprovalStatus !== "Approved") {
    throw validationException(
      `Cannot create a model from model package ${arn}: its approval status is ` +
        `${input.ModelApprovalStatus}, and must be Approved.`,
    );
  }
  return input.InferenceSpecification?.Containers?.[0] ?? {};
}
