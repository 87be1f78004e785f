import type { StoredExecution, StoredStep } from "../pipelines/pipeline.ts";
import type { SageMakerEvent } from "./event-bus.ts";

/** Its members begin in lower case and its times are texts, unlike those of all other events. */
export function executionEvent(
  execution: StoredExecution,
  previousStatus: StoredExecution["status"] | undefined,
): SageMakerEvent {
  const { pipeline, status, creationMillis, modifiedMillis } = execution;
  const ended = status !== "Executing" && status !== "Stopping";
  return {
    detailType: "SageMaker Model Building Pipeline Execution Status Change",
    resources: [pipeline.arn, execution.arn],
    millis: modifiedMillis,
    detail: {
      pipelineExecutionDisplayName: execution.displayName,
      currentPipelineExecutionStatus: status,
      ...(previousStatus === undefined ? {} : { previousPipelineExecutionStatus: previousStatus }),
      executionStartTime: isoSeconds(creationMillis),
      ...(ended ? { executionEndTime: isoSeconds(modifiedMillis) } : {}),
      ...(execution.description === undefined
        ? {}
        : { pipelineExecutionDescription: execution.description }),
      pipelineArn: pipeline.arn,
      pipelineExecutionArn: execution.arn,
    },
  };
}

export function stepEvent(
  { pipeline, arn, modifiedMillis }: StoredExecution,
  step: StoredStep,
  { previous, jobArn }: { previous: StoredStep["status"] | undefined; jobArn: string | undefined },
): SageMakerEvent {
  return {
    detailType: "SageMaker Model Building Pipeline Execution Step Status Change",
    resources: [pipeline.arn, arn],
    millis: modifiedMillis,
    detail: {
      metadata: jobArn === undefined ? {} : { trainingJob: { arn: jobArn } },
      stepStartTime: isoSeconds(step.startMillis),
      ...(step.endMillis === undefined ? {} : { stepEndTime: isoSeconds(step.endMillis) }),
      stepName: step.name,
      stepType: "Training",
      ...(previous === undefined ? {} : { previousStepStatus: previous }),
      currentStepStatus: step.status,
      ...(step.failureReason === undefined ? {} : { failureReason: step.failureReason }),
      pipelineArn: pipeline.arn,
      pipelineExecutionArn: arn,
    },
  };
}

function isoSeconds(millis: number): string {
  return new Date(millis).toISOString().replace(/\.\d+Z$/, "Z");
}
