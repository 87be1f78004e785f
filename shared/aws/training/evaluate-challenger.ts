import { evaluationMetric } from "../../contracts/evaluation-metric.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { parseS3Uri, s3Uri } from "../../contracts/s3-uri.ts";
import type { AuditRecord } from "../../contracts/self-healing/audit-record.ts";
import {
  type EvaluationReport,
  evaluationReportText,
} from "../../contracts/self-healing/evaluation-report.ts";
import { challengerModelName } from "../../contracts/self-healing/resource-names.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import type { EvaluationValue } from "../../contracts/self-healing/tasks.ts";
import type { HoldoutRow, TrainingDataset } from "../../contracts/self-healing/training-set.ts";
import { evaluationKeys } from "../../contracts/storage-keys.ts";
import {
  type EvaluatedChallenger,
  evaluateChallenger,
} from "../../evaluate/evaluate-challenger.ts";
import { predictionColumns } from "../../quality/prediction-columns.ts";
import { sha256Of } from "../../window/fold.ts";
import { readObject, writeObject } from "../objects.ts";
import { putAudit, readDecision } from "../self-healing/audit.ts";
import { stageText } from "../stage.ts";
import { readDataset } from "./training-sets.ts";

const STEP = "evaluate-challenger";

/** A challenger compared with the champion, and what was read for it. */
export interface ComparedChallenger extends EvaluatedChallenger {
  readonly dataset: TrainingDataset;
  /** The texts of the holdout's inputs and of the challenger's answers. */
  readonly holdoutInputs: string;
  readonly output: string;
  /** By what the comparison is known: training set and answers. */
  readonly inputs: AuditRecord["inputs"];
}

/** Compares a run's challenger with its champion, and writes the report. What was decided first stays. */
export async function evaluateRun(record: RunRecord, at: string): Promise<EvaluationValue> {
  const { run, endpoint, definition, champion } = record;
  const made = await readDecision(run, STEP);
  if (made !== null) return valueIn(made);
  const { evaluation, dataset, inputs } = await compareChallenger(record);
  const report: EvaluationReport = {
    ...{ version: "1", run, endpoint, problem: definition.problem, ...evaluation },
    window: { from: dataset.window.cut, to: dataset.window.to },
    championModel: champion.modelPackageArn ?? champion.modelName,
    challengerModel: challengerModelName(run),
    inputs,
    codeVersion: stageText("codeVersion"),
  };
  const text = evaluationReportText(report);
  const location = { bucket: stageText("bucket"), key: evaluationKeys(run).report };
  await writeObject(location, text, "application/json");
  const { outcome: decision, reason, metric, margin, rowCount, improvement } = evaluation;
  return valueIn(
    await putAudit({
      ...{ run, endpoint, at, by: STEP, step: STEP, decision, reason },
      seen: {
        ...{ metric, margin, rowCount },
        ...{ champion: evaluation.champion, challenger: evaluation.challenger },
        gain: improvement?.value ?? null,
        gainLowerBound: improvement?.interval.lower ?? null,
        gainUpperBound: improvement?.interval.upper ?? null,
        pValue: evaluation.test?.pValue ?? null,
      },
      inputs: [...inputs, { key: s3Uri(location), hash: `sha256:${sha256Of(text)}` }],
    }),
  );
}

/** Makes the comparison of the files that a run has; the same files give the same comparison. */
export async function compareChallenger({
  run,
  definition,
}: Pick<RunRecord, "run" | "definition">): Promise<ComparedChallenger> {
  const dataset = await readDataset(run);
  const outputKey = `${evaluationKeys(run).output}inputs.out`;
  const outputUri = s3Uri({ bucket: stageText("bucket"), key: outputKey });
  const holdoutInputs = await readText(dataset.files.holdoutInputs);
  const holdout = (await readText(dataset.files.holdoutRows))
    .trimEnd()
    .split("\n")
    .map((line): HoldoutRow => JSON.parse(line));
  const output = await readText(outputUri);
  const compared = evaluateChallenger({
    evaluation: definition.evaluation,
    metric: evaluationMetric(definition),
    columns: predictionColumns(definition),
    ...{ dataset, holdout, inputs: holdoutInputs, output },
  });
  const prepared = await readDecision(run, "prepare-training-set");
  const answers = { key: outputUri, hash: `sha256:${sha256Of(output)}` };
  const inputs = [...(prepared?.inputs ?? []), answers];
  return { ...compared, dataset, holdoutInputs, output, inputs };
}

function valueIn({ decision, reason }: AuditRecord): EvaluationValue {
  return { outcome: decision as EvaluationValue["outcome"], reason };
}

async function readText(uri: string): Promise<string> {
  const bytes = await readObject(parseS3Uri(uri));
  if (bytes !== null) return new TextDecoder().decode(bytes);
  throw new MonitoringError("object-absent", `${uri}: is absent: must be there`);
}
