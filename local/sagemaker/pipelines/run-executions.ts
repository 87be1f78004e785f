import { randomBytes } from "node:crypto";
import type { CreateTrainingJobCommandInput } from "@aws-sdk/client-sagemaker";
import type { SimulatorContext } from "../context.ts";
import { executionEvent, stepEvent } from "../events/pipeline-events.ts";
import { phaseOf } from "../jobs/job.ts";
import { trainingJobView } from "../jobs/training-job.ts";
import { createTrainingJob, stopTrainingJob } from "../operations/training-jobs.ts";
import { resolveArguments } from "./definition.ts";
import { hasEnded, type StoredExecution, type StoredStep } from "./pipeline.ts";

const JOB_NAME_LENGTH_MAX = 63;

/** Stores an execution in a new status and tells of it. */
export function changeExecution(
  context: SimulatorContext,
  execution: StoredExecution,
  previousStatus?: StoredExecution["status"],
): void {
  context.state.pipelineExecutions.set(execution.name, execution);
  if (execution.status === previousStatus) return;
  context.events.publish(executionEvent(execution, previousStatus));
}

/** Moves every execution on as far as its training jobs have come. */
export function advanceExecutions(context: SimulatorContext): void {
  for (const { name } of context.state.pipelineExecutions.values()) {
    // One step after the other, as far as they go without waiting.
    while (advance(context, name)) context.state.save();
  }
}

/** @returns whether anything changed, so that more may */
function advance(context: SimulatorContext, name: string): boolean {
  const execution = context.state.pipelineExecutions.get(name)!;
  if (hasEnded(execution)) return false;
  const current = execution.steps.at(-1);
  if (current !== undefined && !hasEnded(current)) return advanceStep(context, execution, current);
  const next = execution.pipeline.definition.Steps[execution.steps.length];
  const isStopping = execution.status === "Stopping";
  if (current?.status === "Failed") {
    const failureReason = "Step failure: One or multiple steps failed.";
    end(context, execution, { status: "Failed", failureReason });
  } else if (isStopping || current?.status === "Stopped") {
    end(context, execution, { status: "Stopped" });
  } else if (next === undefined) {
    end(context, execution, { status: "Succeeded" });
  } else {
    beginStep(context, execution, next);
  }
  return true;
}

function end(
  context: SimulatorContext,
  execution: StoredExecution,
  ending: Pick<StoredExecution, "status" | "failureReason">,
): void {
  const modifiedMillis = context.now();
  changeExecution(context, { ...execution, ...ending, modifiedMillis }, execution.status);
}

function beginStep(
  context: SimulatorContext,
  execution: StoredExecution,
  { Name, Arguments }: StoredExecution["pipeline"]["definition"]["Steps"][number],
): void {
  const step = { name: Name, startMillis: context.now() };
  const jobName = jobNameOf(execution.name, Name);
  try {
    const resolved = resolveArguments(Arguments, referencesOf(context, execution));
    const input = { ...(resolved as object), TrainingJobName: jobName };
    createTrainingJob(context, input as CreateTrainingJobCommandInput);
    putStep(context, execution, { ...step, status: "Executing", jobName });
  } catch (error) {
    const failureReason =
      "ClientError: Failed to invoke sagemaker:CreateTrainingJob. " +
      `Error Details: ${(error as Error).message}`;
    const endMillis = step.startMillis;
    putStep(context, execution, { ...step, status: "Failed", failureReason, endMillis });
  }
}

function advanceStep(
  context: SimulatorContext,
  execution: StoredExecution,
  step: StoredStep,
): boolean {
  const job = context.state.trainingJobs.get(step.jobName!)!;
  const { status, fromMillis: endMillis, failureReason } = phaseOf(job);
  if (status === "Completed") {
    putStep(context, execution, { ...step, status: "Succeeded", endMillis });
  } else if (status === "Failed" || status === "Stopped") {
    const reason = failureReason === undefined ? {} : { failureReason };
    putStep(context, execution, { ...step, ...reason, status, endMillis });
  } else if (execution.status === "Stopping" && step.status === "Executing") {
    stopTrainingJob(context, { TrainingJobName: job.name });
    putStep(context, execution, { ...step, status: "Stopping" });
  } else {
    return false;
  }
  return true;
}

function putStep(context: SimulatorContext, execution: StoredExecution, step: StoredStep): void {
  const previous = execution.steps.find(({ name }) => name === step.name);
  const others = execution.steps.filter(({ name }) => name !== step.name);
  const changed = { ...execution, modifiedMillis: context.now(), steps: [...others, step] };
  context.state.pipelineExecutions.set(execution.name, changed);
  const job = context.state.trainingJobs.get(step.jobName ?? "");
  context.events.publish(
    stepEvent(changed, step, { previous: previous?.status, jobArn: job?.arn }),
  );
}

function referencesOf({ state }: SimulatorContext, execution: StoredExecution) {
  const { pipeline, parameters, steps } = execution;
  const jobs = steps.map(({ name, jobName }) => {
    const job = state.trainingJobs.get(jobName!)!;
    return [name, { TrainingJobName: job.name, TrainingJobArn: job.arn, ...trainingJobView(job) }];
  });
  return {
    Parameters: Object.fromEntries(
      pipeline.definition.Parameters.map(({ Name, Type, DefaultValue }) => {
        const value = parameters[Name] ?? DefaultValue;
        const isNumber = Type === "Integer" || Type === "Float";
        return [Name, isNumber ? Number(value) : value];
      }),
    ),
    Execution: {
      PipelineName: pipeline.name,
      PipelineArn: pipeline.arn,
      PipelineExecutionId: execution.name,
      PipelineExecutionArn: execution.arn,
      StartDateTime: new Date(execution.creationMillis).toISOString(),
    },
    Steps: Object.fromEntries(jobs),
  };
}

/** `pipelines-{execution}-{step}-{ten random letters}`, as SageMaker names them. */
function jobNameOf(execution: string, step: string): string {
  const suffix = randomBytes(5).toString("hex");
  const head = `pipelines-${execution}-${step}`;
  return `${head.slice(0, JOB_NAME_LENGTH_MAX - suffix.length - 1)}-${suffix}`;
}
