import type { Tag } from "@aws-sdk/client-sagemaker";
import type { PipelineDefinition } from "./definition.ts";

export interface StoredPipeline {
  readonly name: string;
  readonly arn: string;
  readonly creationMillis: number;
  readonly definition: PipelineDefinition;
  readonly input: {
    readonly PipelineDefinition: string;
    readonly RoleArn: string;
    readonly PipelineDisplayName?: string;
    readonly PipelineDescription?: string;
  };
  readonly tags: readonly Tag[];
}

export type ExecutionStatus = "Executing" | "Stopping" | "Stopped" | "Failed" | "Succeeded";
export type StepStatus = "Starting" | "Executing" | "Stopping" | "Stopped" | "Failed" | "Succeeded";

export interface StoredStep {
  readonly name: string;
  readonly status: StepStatus;
  readonly startMillis: number;
  readonly endMillis?: number;
  readonly failureReason?: string;
  /** Of the training job that it started; absent when none could be. */
  readonly jobName?: string;
}

export interface StoredExecution {
  /** Its id, twelve letters and digits. */
  readonly name: string;
  readonly arn: string;
  readonly creationMillis: number;
  readonly modifiedMillis: number;
  /** As it was when the execution started. */
  readonly pipeline: StoredPipeline;
  readonly displayName: string;
  readonly description?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly token: string;
  readonly status: ExecutionStatus;
  readonly failureReason?: string;
  /** Those that have begun, first to last. */
  readonly steps: readonly StoredStep[];
}

export function hasEnded({ status }: { readonly status: StepStatus | ExecutionStatus }): boolean {
  return status === "Succeeded" || status === "Failed" || status === "Stopped";
}
