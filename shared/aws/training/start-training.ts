import type { TrainingJobDefinition } from "../../contracts/retraining-definition.ts";
import { type S3Location, s3Uri } from "../../contracts/s3-uri.ts";
import {
  type TrainingAttempt,
  trainingJobName,
} from "../../contracts/self-healing/resource-names.ts";
import type { TrainingValue } from "../../contracts/self-healing/tasks.ts";
import { modelPrefix, trainingKeys } from "../../contracts/storage-keys.ts";
import { putAudit } from "../self-healing/audit.ts";
import { stageText } from "../stage.ts";
import { type Pipeline, startPipeline } from "./pipelines.ts";
import { stageChoices } from "./stage-choices.ts";
import { createTrainingJob } from "./training-jobs.ts";
import { answerNow, awaitJob, type WaitingTask } from "./waiting-task.ts";

/**
 * Sets training going. All that is made is named after the run, so a second try finds what the first one
 * made, and only the token is another.
 *
 * @returns null when its end is waited for, else what the task was answered with already
 */
export async function startTraining(
  task: WaitingTask,
  attempt: TrainingAttempt,
): Promise<TrainingValue | null> {
  const { trainingJob, pipeline } = task.record.definition.retraining ?? {};
  if (pipeline !== undefined) return await trainByPipeline(task, pipeline);
  if (trainingJob !== undefined) return await trainByJob(task, trainingJob, attempt);
  return await failed(task, "the definition has no retraining.trainingJob and no pipeline");
}

/** The step's name in the audit. */
export function trainingStep(attempt: TrainingAttempt): string {
  return `start-training.${attempt}`;
}

/** What a pipeline's audit says of its execution, by which its model is found. */
export const PIPELINE_EXECUTION = "pipelineExecution";

async function trainByJob(
  task: WaitingTask,
  job: TrainingJobDefinition,
  attempt: TrainingAttempt,
): Promise<TrainingValue | null> {
  const { run, endpoint, definition } = task.record;
  const chosen = stageChoices(job);
  if (chosen instanceof Error) return await failed(task, chosen.message);
  const { manifest, output } = locationsOf(run);
  const pending = await awaitJob(task, "training-job", trainingJobName(run, attempt));
  const capacity = job.spot && attempt === 1 ? "on managed spot capacity" : "on demand";
  // Before the job: once that is there, an event may answer the task and the run goes on.
  await putAudit({
    ...{ run, endpoint, at: task.at, by: "start-training", step: trainingStep(attempt) },
    decision: "train",
    reason: `${job.instanceCount} ${job.instance} ${capacity} trains ${chosen.image}`,
    seen: { attempt, inputMode: job.inputMode, maxRuntime: job.maxRuntime, ...job.hyperparameters },
    inputs: [{ key: s3Uri(manifest) }, { key: chosen.image }, { key: chosen.roleArn }],
  });
  const value = await createTrainingJob({
    ...{ run, endpoint, attempt, job, ...chosen, manifest, output },
    format: definition.retraining!.data.format,
    kmsKeyId: `alias/plumbline-${stageText("stage")}`,
  });
  return value && (await answerNow(task.taskToken, value, pending));
}

async function trainByPipeline(
  task: WaitingTask,
  pipeline: Pipeline,
): Promise<TrainingValue | null> {
  const { run, endpoint } = task.record;
  const { manifest, output } = locationsOf(run);
  const started = await startPipeline(run, pipeline, {
    TrainingManifest: s3Uri(manifest),
    ModelOutput: s3Uri(output),
  });
  if (started.kind === "refused") return await failed(task, started.reason);
  const { executionArn } = started;
  await putAudit({
    ...{ run, endpoint, at: task.at, by: "start-training", step: trainingStep(1) },
    decision: "train",
    reason: `pipeline "${pipeline.name}" trains`,
    seen: { ...pipeline.parameters, [PIPELINE_EXECUTION]: executionArn },
    inputs: [{ key: s3Uri(manifest) }],
  });
  // Its name is known only now; an event that came earlier is made up for by the sweep.
  await awaitJob(task, "pipeline-execution", executionArn);
  return null;
}

function locationsOf(run: string): { readonly manifest: S3Location; readonly output: S3Location } {
  const bucket = stageText("bucket");
  return {
    manifest: { bucket, key: trainingKeys(run, "").sagemakerManifest },
    output: { bucket, key: modelPrefix(run) },
  };
}

async function failed({ taskToken }: WaitingTask, reason: string): Promise<TrainingValue> {
  return await answerNow(taskToken, { outcome: "failed", reason });
}
