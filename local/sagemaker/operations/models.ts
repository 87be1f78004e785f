import type {
  CreateModelCommandInput,
  DeleteModelCommandInput,
  DescribeModelCommandInput,
} from "@aws-sdk/client-sagemaker";
import {
  arnOf,
  epochSeconds,
  isVisible,
  type Operation,
  type SimulatorContext,
} from "../context.ts";
import { type ListInput, listPage } from "../listing.ts";
import { type ServiceError, validationException } from "../service-error.ts";
import type { StoredModel } from "../state.ts";
import { requireName } from "../validation.ts";
import { containerOf } from "./model-containers.ts";
import { tagOnCreation } from "./tags.ts";

export const modelOperations: Readonly<Record<string, Operation>> = {
  CreateModel: createModel,
  DescribeModel: describeModel,
  ListModels: listModels,
  DeleteModel: deleteModel,
};

function createModel(context: SimulatorContext, input: CreateModelCommandInput): object {
  const name = requireName(input.ModelName, "modelName");
  const arn = arnOf(context, "model", name);
  if (context.state.models.has(name)) {
    throw validationException(`Cannot create already existing model "${arn}".`);
  }
  const container = containerOf(context, input);
  const { Tags, ...content } = input;
  const creationMillis = context.now();
  context.state.models.set(name, { name, arn, creationMillis, input: content, container });
  tagOnCreation(context, arn, Tags);
  return { ModelArn: arn };
}

function describeModel(context: SimulatorContext, input: DescribeModelCommandInput): object {
  const { arn, creationMillis, input: created } = findModel(context, input.ModelName);
  return { ...created, ModelArn: arn, CreationTime: epochSeconds(creationMillis) };
}

function listModels(context: SimulatorContext, input: ListInput): object {
  const { page, token } = listPage(context.state.models.values(), input);
  const Models = page.map(({ name, arn, creationMillis }) => ({
    ModelName: name,
    ModelArn: arn,
    CreationTime: epochSeconds(creationMillis),
  }));
  return { Models, ...token };
}

function deleteModel(context: SimulatorContext, input: DeleteModelCommandInput): object {
  const { name, arn } = findModel(context, input.ModelName);
  context.state.models.delete(name);
  context.state.tags.delete(arn);
  return {};
}

function findModel(context: SimulatorContext, value: unknown): StoredModel {
  const name = requireName(value, "modelName");
  const model = context.state.models.get(name);
  if (model === undefined) throw unknownModel(context, name);
  return model;
}

/** A model that is to serve: one just created may not be found yet. */
export function usableModel(context: SimulatorContext, value: unknown): StoredModel {
  const model = findModel(context, value);
  if (!isVisible(context, model)) throw unknownModel(context, model.name);
  return model;
}

function unknownModel(context: SimulatorContext, name: string): ServiceError {
  return validationException(`Could not find model "${arnOf(context, "model", name)}".`);
}
