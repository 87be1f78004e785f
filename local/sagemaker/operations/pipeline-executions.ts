import { randomBytes } from "node:crypto";
import type {
  DescribePipelineExecutionCommandInput,
  ListPipelineExecutionStepsCommandInput,
  StartPipelineExecutionCommandInput,
  StopPipelineExecutionCommandInput,
} from "@aws-sdk/client-sagemaker";
import { epochSeconds, type Operation, type SimulatorContext } from "../context.ts";
import { type ListInput, listPage } from "../listing.ts";
import { hasEnded, type StoredExecution, type StoredPipeline } from "../pipelines/pipeline.ts";
import { advanceExecutions, changeExecution } from "../pipelines/run-executions.ts";
import { ServiceError, validationException } from "../service-error.ts";
import { brokenConstraint, requireText } from "../validation.ts";
import { findPipeline } from "./pipelines.ts";

export const pipelineExecutionOperations: Readonly<Record<string, Operation>> = {
  StartPipelineExecution: startPipelineExecution,
  DescribePipelineExecution: describePipelineExecution,
  StopPipelineExecution: stopPipelineExecution,
  ListPipelineExecutionSteps: listPipelineExecutionSteps,
};

const ID_LENGTH = 12;

/** Taken once for each client request token. */
function startPipelineExecution(
  context: SimulatorContext,
  input: StartPipelineExecutionCommandInput,
): object {
  const pipeline = findPipeline(context, input.PipelineName);
  const token = requireToken(input.ClientRequestToken);
  const known = [...context.state.pipelineExecutions.values()].find(
    (execution) => execution.pipeline.arn === pipeline.arn && execution.token === token,
  );
  if (known !== undefined) return { PipelineExecutionArn: known.arn };
  const parameters = parametersOf(pipeline, input);
  const name = randomBytes(8)
    .readBigUInt64BE()
    .toString(36)
    .padStart(ID_LENGTH, "0")
    .slice(-ID_LENGTH);
  const millis = context.now();
  const description = input.PipelineExecutionDescription;
  const arn = `${pipeline.arn}/execution/${name}`;
  changeExecution(context, {
    ...{ name, arn, pipeline, parameters, token },
    creationMillis: millis,
    modifiedMillis: millis,
    displayName: input.PipelineExecutionDisplayName ?? `execution-${millis}`,
    ...(description === undefined ? {} : { description }),
    status: "Executing",
    steps: [],
  });
  advanceExecutions(context);
  return { PipelineExecutionArn: arn };
}

function requireToken(token: string | undefined): string {
  const given = requireText(token, "clientRequestToken");
  if (given.length >= 32 && given.length <= 128) return given;
  throw brokenConstraint(given, "clientRequestToken", "Member must have length between 32 and 128");
}

function parametersOf(
  { definition }: StoredPipeline,
  { PipelineParameters = [] }: StartPipelineExecutionCommandInput,
): Readonly<Record<string, string>> {
  const given = Object.fromEntries(PipelineParameters.map(({ Name, Value }) => [Name, Value!]));
  const known = new Set(definition.Parameters.map(({ Name }) => Name));
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw validationException(`Invalid parameters [${unknown}]: the pipeline has [${[...known]}].`);
  }
  const missing = definition.Parameters.filter(
    ({ Name, DefaultValue }) => DefaultValue === undefined && given[Name] === undefined,
  );
  if (missing.length > 0) {
    const names = missing.map(({ Name }) => Name);
    throw validationException(`Assignment is missing for pipeline parameters [${names}].`);
  }
  return given;
}

function describePipelineExecution(
  context: SimulatorContext,
  input: DescribePipelineExecutionCommandInput,
): object {
  const execution = findExecution(context, input.PipelineExecutionArn);
  const { failureReason, description } = execution;
  return {
    PipelineArn: execution.pipeline.arn,
    PipelineExecutionArn: execution.arn,
    PipelineExecutionDisplayName: execution.displayName,
    PipelineExecutionStatus: execution.status,
    ...(description === undefined ? {} : { PipelineExecutionDescription: description }),
    ...(failureReason === undefined ? {} : { FailureReason: failureReason }),
    CreationTime: epochSeconds(execution.creationMillis),
    LastModifiedTime: epochSeconds(execution.modifiedMillis),
  };
}

function stopPipelineExecution(
  context: SimulatorContext,
  input: StopPipelineExecutionCommandInput,
): object {
  const execution = findExecution(context, input.PipelineExecutionArn);
  requireToken(input.ClientRequestToken);
  if (hasEnded(execution)) {
    throw validationException(
      `Pipeline execution with ARN ${execution.arn} status '${execution.status}' cannot be stopped.`,
    );
  }
  const stopping = { ...execution, status: "Stopping", modifiedMillis: context.now() } as const;
  changeExecution(context, stopping, execution.status);
  advanceExecutions(context);
  return { PipelineExecutionArn: execution.arn };
}

function listPipelineExecutionSteps(
  context: SimulatorContext,
  input: Omit<ListPipelineExecutionStepsCommandInput, keyof ListInput> & ListInput,
): object {
  const { steps } = findExecution(context, input.PipelineExecutionArn);
  const listed = steps.map((step) => ({ ...step, creationMillis: step.startMillis }));
  const { page, token } = listPage(listed, input);
  const PipelineExecutionSteps = page.map((step) => {
    const job = context.state.trainingJobs.get(step.jobName ?? "");
    return {
      StepName: step.name,
      StartTime: epochSeconds(step.startMillis),
      ...(step.endMillis === undefined ? {} : { EndTime: epochSeconds(step.endMillis) }),
      StepStatus: step.status,
      AttemptCount: 1,
      ...(step.failureReason === undefined ? {} : { FailureReason: step.failureReason }),
      Metadata: job === undefined ? {} : { TrainingJob: { Arn: job.arn } },
    };
  });
  return { PipelineExecutionSteps, ...token };
}

function findExecution(context: SimulatorContext, value: string | undefined): StoredExecution {
  const wanted = requireText(value, "pipelineExecutionArn");
  const found = [...context.state.pipelineExecutions.values()].find(({ arn }) => arn === wanted);
  if (found !== undefined) return found;
  throw new ServiceError("ResourceNotFound", `Pipeline execution '${wanted}' does not exist.`);
}
