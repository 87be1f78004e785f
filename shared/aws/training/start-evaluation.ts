import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { s3Uri } from "../../contracts/s3-uri.ts";
import {
  challengerModelName,
  transformJobName,
} from "../../contracts/self-healing/resource-names.ts";
import type { TransformValue } from "../../contracts/self-healing/tasks.ts";
import { evaluationKeys } from "../../contracts/storage-keys.ts";
import { putAudit, readDecision } from "../self-healing/audit.ts";
import { stageText } from "../stage.ts";
import { PIPELINE_EXECUTION, trainingStep } from "./start-training.ts";
import { challengerModel, createChallengerModel, findTrainedModel } from "./trained-model.ts";
import { readDataset } from "./training-sets.ts";
import { createTransformJob, evaluationInstance } from "./transform-jobs.ts";
import { answerNow, awaitJob, type WaitingTask } from "./waiting-task.ts";

/**
 * Lets the challenger answer the holdout, in the container that the champion serves in.
 *
 * @returns null when its end is waited for, else what the task was answered with already
 */
export async function startEvaluation(task: WaitingTask): Promise<TransformValue | null> {
  const { record, taskToken } = task;
  const { run, endpoint, definition } = record;
  const executionArn = await pipelineExecution(run);
  const trained = await findTrainedModel(record, executionArn);
  const dataset = await readDataset(run);
  const challenger = await challengerModel(record, trained);
  if (challenger instanceof MonitoringError) {
    const value: TransformValue = { outcome: "failed", reason: challenger.message };
    return await answerNow(taskToken, value);
  }
  const pending = await awaitJob(task, "transform-job", transformJobName(run));
  const output = s3Uri({ bucket: stageText("bucket"), key: evaluationKeys(run).output });
  // Before the job: once that is there, an event may answer the task and the run goes on.
  await putAudit({
    ...{ run, endpoint, at: task.at, by: "start-evaluation", step: "start-evaluation" },
    decision: "evaluate",
    reason: `the challenger answers ${dataset.counts.holdoutRowCount} rows of the holdout`,
    seen: {
      trainingJob: trained.jobName,
      ...(executionArn === null ? {} : { [PIPELINE_EXECUTION]: executionArn }),
      holdoutRowCount: dataset.counts.holdoutRowCount,
    },
    inputs: [
      { key: trained.jobArn },
      { key: trained.artefact },
      { key: challenger.container.Image! },
      { key: dataset.files.holdoutInputs },
    ],
  });
  const refusal = await createChallengerModel(record, challenger);
  const value =
    refusal ??
    (await createTransformJob({
      ...{ run, endpoint, output },
      modelName: challengerModelName(run),
      instance: evaluationInstance(definition),
      contentType: dataset.holdoutContentType,
      accept: dataset.output.contentType,
      input: dataset.files.holdoutInputs,
      kmsKeyId: `alias/plumbline-${stageText("stage")}`,
    }));
  return value && (await answerNow(taskToken, value, pending));
}

/** null when a training job trained. */
export async function pipelineExecution(run: string): Promise<string | null> {
  const started = await readDecision(run, trainingStep(1));
  const arn = started?.seen[PIPELINE_EXECUTION];
  return typeof arn === "string" ? arn : null;
}
