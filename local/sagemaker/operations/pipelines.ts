import type {
  CreatePipelineCommandInput,
  DescribePipelineCommandInput,
} from "@aws-sdk/client-sagemaker";
import * as z from "zod/mini";
import { arnOf, epochSeconds, type Operation, type SimulatorContext } from "../context.ts";
import { type PipelineDefinition, pipelineDefinition } from "../pipelines/definition.ts";
import type { StoredPipeline } from "../pipelines/pipeline.ts";
import { ServiceError, validationException } from "../service-error.ts";
import { requireName, requireText } from "../validation.ts";
import { tagOnCreation } from "./tags.ts";

export const pipelineOperations: Readonly<Record<string, Operation>> = {
  CreatePipeline: createPipeline,
  DescribePipeline: describePipeline,
};

function createPipeline(context: SimulatorContext, input: CreatePipelineCommandInput): object {
  const name = requireName(input.PipelineName, "pipelineName");
  const arn = arnOf(context, "pipeline", name);
  const text = requireText(input.PipelineDefinition, "pipelineDefinition");
  if (context.state.pipelines.has(name)) {
    throw validationException(
      "Pipeline names must be unique within an AWS account and region. " +
        `Pipeline with name (${name}) already exists.`,
    );
  }
  const { PipelineDisplayName, PipelineDescription, Tags = [] } = input;
  context.state.pipelines.set(name, {
    name,
    arn,
    creationMillis: context.now(),
    definition: definitionOf(text),
    input: {
      PipelineDefinition: text,
      RoleArn: requireText(input.RoleArn, "roleArn"),
      ...(PipelineDisplayName === undefined ? {} : { PipelineDisplayName }),
      ...(PipelineDescription === undefined ? {} : { PipelineDescription }),
    },
    tags: Tags,
  });
  tagOnCreation(context, arn, Tags);
  return { PipelineArn: arn };
}

function definitionOf(text: string): PipelineDefinition {
  try {
    return pipelineDefinition.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.core.$ZodError ? z.prettifyError(error) : String(error);
    throw validationException(`Invalid pipeline definition: ${reason}`);
  }
}

function describePipeline(context: SimulatorContext, input: DescribePipelineCommandInput): object {
  const { arn, name, creationMillis, input: given } = findPipeline(context, input.PipelineName);
  return {
    ...given,
    PipelineArn: arn,
    PipelineName: name,
    PipelineStatus: "Active",
    CreationTime: epochSeconds(creationMillis),
    LastModifiedTime: epochSeconds(creationMillis),
  };
}

/** A pipeline by its name or its ARN. */
export function findPipeline(context: SimulatorContext, value: string | undefined): StoredPipeline {
  const wanted = requireText(value, "pipelineName");
  const found = [...context.state.pipelines.values()].find(
    ({ name, arn }) => name === wanted || arn === wanted,
  );
  if (found !== undefined) return found;
  const arn = wanted.startsWith("arn:") ? wanted : arnOf(context, "pipeline", wanted);
  throw new ServiceError("ResourceNotFound", `Pipeline '${arn}' does not exist.`);
}
