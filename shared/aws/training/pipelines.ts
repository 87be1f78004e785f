import { createHash } from "node:crypto";
import {
  ListPipelineExecutionStepsCommand,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-sagemaker";
import type { RetrainingDefinition } from "../../contracts/retraining-definition.ts";
import { isAbsent, isRefused, sagemaker } from "../sagemaker.ts";

export type Pipeline = NonNullable<RetrainingDefinition["pipeline"]>;

export type StartedPipeline =
  | { readonly kind: "started"; readonly executionArn: string }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Starts a pipeline for a run; started before, its execution is found.
 *
 * @param own parameters that name the training set; the definition's may not say otherwise
 */
export async function startPipeline(
  run: string,
  { name, parameters }: Pipeline,
  own: Readonly<Record<string, string>>,
): Promise<StartedPipeline> {
  const PipelineParameters = Object.entries({ ...parameters, ...own }).map(([Name, value]) => ({
    Name,
    Value: String(value),
  }));
  try {
    const { PipelineExecutionArn } = await sagemaker().send(
      new StartPipelineExecutionCommand({
        PipelineName: name,
        PipelineExecutionDisplayName: run,
        PipelineParameters,
        // It must be at least 32 characters long.
        ClientRequestToken: createHash("sha256").update(run).digest("hex"),
      }),
    );
    return { kind: "started", executionArn: PipelineExecutionArn! };
  } catch (error) {
    if (!isAbsent(error) && !isRefused(error, /./)) throw error;
    const reason = `SageMaker refused to start pipeline "${name}": ${(error as Error).message}`;
    return { kind: "refused", reason };
  }
}

/** The training job of a pipeline's execution whose model counts: the last that was trained. */
export async function findTrainingJob(executionArn: string): Promise<string | null> {
  let found: { readonly endMillis: number; readonly arn: string } | null = null;
  let token: string | undefined;
  do {
    const page = await sagemaker().send(
      new ListPipelineExecutionStepsCommand({
        PipelineExecutionArn: executionArn,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    for (const { Metadata, StepStatus, EndTime } of page.PipelineExecutionSteps ?? []) {
      const arn = Metadata?.TrainingJob?.Arn;
      const endMillis = EndTime?.getTime() ?? 0;
      if (arn === undefined || StepStatus !== "Succeeded") continue;
      if (found === null || endMillis > found.endMillis) found = { endMillis, arn };
    }
    token = page.NextToken;
  } while (token !== undefined);
  return found === null ? null : found.arn.slice(found.arn.lastIndexOf("/") + 1);
}
