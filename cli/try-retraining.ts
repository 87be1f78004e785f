import { readFile } from "node:fs/promises";
import { findServedModel } from "../shared/aws/deployments.ts";
import { findDefinition } from "../shared/aws/monitors.ts";
import { makeTrainingSet } from "../shared/aws/training/prepare-training-set.ts";
import { evaluationMetric } from "../shared/contracts/evaluation-metric.ts";
import type { MonitorDefinition } from "../shared/contracts/monitor-definition.ts";
import { parseMonitorFile } from "../shared/contracts/monitor-file.ts";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";
import {
  type TrainingJobDefinition,
  trainingJob,
} from "../shared/contracts/retraining-definition.ts";
import type { Evaluation } from "../shared/contracts/self-healing/evaluation-report.ts";
import type {
  HoldoutRow,
  TrainingCounts,
  TrainingDataset,
} from "../shared/contracts/self-healing/training-set.ts";
import { evaluateChallenger } from "../shared/evaluate/evaluate-challenger.ts";
import { predictionColumns } from "../shared/quality/prediction-columns.ts";

export interface TriedRetraining {
  readonly endpoint: string;
  /** Why nothing was trained; null when a model was. */
  readonly untrained: { readonly reason: string; readonly counts: TrainingCounts | null } | null;
  readonly dataset: TrainingDataset | null;
  readonly evaluation: Evaluation | null;
}

/**
 * What a run that began at an instant would come to, with the simulator's model: the same training set of
 * the same captures and labels, the same comparison. Nothing is written where it is read.
 *
 * @param startedAt ISO 8601
 * @param definitionFile a definition that is to be tried, in place of the one that is applied
 */
export async function tryRetraining(
  endpoint: string,
  startedAt: string,
  definitionFile?: string,
): Promise<TriedRetraining> {
  const definition = await definitionOf(endpoint, definitionFile);
  const champion = await findServedModel(definition);
  const run = `${endpoint.slice(0, 40)}-trial`;
  const made = await makeTrainingSet({ run, endpoint, definition, champion, startedAt });
  const job = jobOf(definition);
  const nothing = { endpoint, untrained: null, dataset: null, evaluation: null };
  if (made instanceof MonitoringError) {
    return { ...nothing, untrained: { reason: made.message, counts: null } };
  }
  const { prepared } = made;
  if (prepared.outcome === "no-data") return { ...nothing, untrained: prepared };
  const { dataset, files } = prepared;
  const { tryTraining } = await import("../local/trial/try-training.ts");
  const output = await tryTraining({ dataset, files, job });
  const textOf = (chunks: Iterable<Uint8Array>) => Buffer.concat([...chunks]).toString("utf8");
  const { evaluation } = evaluateChallenger({
    evaluation: definition.evaluation,
    metric: evaluationMetric(definition),
    columns: predictionColumns(definition),
    dataset,
    holdout: textOf(files.holdoutRows)
      .trimEnd()
      .split("\n")
      .map((line): HoldoutRow => JSON.parse(line)),
    inputs: textOf(files.holdoutInputs),
    output,
  });
  return { ...nothing, dataset, evaluation };
}

async function definitionOf(
  endpoint: string,
  file: string | undefined,
): Promise<MonitorDefinition> {
  const definition =
    file === undefined
      ? await findDefinition(endpoint)
      : parseMonitorFile(await readFile(file, "utf8"), file);
  if (definition instanceof MonitoringError) throw definition;
  if (definition.endpoint === endpoint) return definition;
  throw new MonitoringError(
    "definition-of-another-endpoint",
    `${file}: endpoint: "${definition.endpoint}": must be "${endpoint}"`,
  );
}

/** Where a pipeline trains, what SageMaker is asked for is its own matter, and a plain job is tried. */
function jobOf({ retraining }: MonitorDefinition): TrainingJobDefinition {
  return retraining?.trainingJob ?? trainingJob.parse({ image: "simulator", role: "simulator" });
}
