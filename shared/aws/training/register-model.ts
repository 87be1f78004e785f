import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { type S3Location, s3Uri } from "../../contracts/s3-uri.ts";
import type { AuditRecord } from "../../contracts/self-healing/audit-record.ts";
import type { EvaluationReport } from "../../contracts/self-healing/evaluation-report.ts";
import { challengerModelName } from "../../contracts/self-healing/resource-names.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import type { RegistrationValue } from "../../contracts/self-healing/tasks.ts";
import { parseStatistics } from "../../contracts/statistics-codec.ts";
import {
  evaluationKeys,
  QUALITY_BASELINE,
  runBaselinePrefix,
  trainingKeys,
} from "../../contracts/storage-keys.ts";
import type { Baseline } from "../../drift/suggest-baseline.ts";
import {
  modelPackageInput,
  type RegisteredFile,
  type RegistrationInput,
} from "../../registry/model-package.ts";
import { versionBaseline } from "../../registry/version-baseline.ts";
import { sha256Of } from "../../window/fold.ts";
import { readBaseline } from "../baselines.ts";
import { describeModel } from "../deployments.ts";
import { readObject, writeObject } from "../objects.ts";
import { putAudit, readDecision } from "../self-healing/audit.ts";
import { updateRun } from "../self-healing/runs.ts";
import { stageText } from "../stage.ts";
import { compareChallenger } from "./evaluate-challenger.ts";
import { createModelPackage, ensurePackageGroup } from "./model-packages.ts";
import { evaluationInstance } from "./transform-jobs.ts";

const STEP = "register-model";

/**
 * Registers a run's challenger, with the baseline that its windows will be compared with. Tried again, it
 * writes the same files and finds the same version.
 */
export async function registerModel(record: RunRecord, at: string): Promise<RegistrationValue> {
  const { run, endpoint, definition } = record;
  const made = await readDecision(run, STEP);
  if (made !== null) return valueIn(made);
  const input = await registrationOf(record);
  await ensurePackageGroup(input.packageGroup, endpoint);
  const modelPackageArn = await createModelPackage(modelPackageInput(input));
  await updateRun(record, { modelPackageArn });
  const version = modelPackageArn.slice(modelPackageArn.lastIndexOf("/") + 1);
  const next = definition.approval.required ? ", which awaits approval" : "";
  const { files, dataQuality, modelQuality } = input;
  const baselines = [dataQuality, modelQuality].flatMap((baseline) => Object.values(baseline));
  return valueIn(
    await putAudit({
      ...{ run, endpoint, at, by: STEP, step: STEP, decision: "registered" },
      reason: `the challenger is version ${version} of group ${input.packageGroup}${next}`,
      seen: { modelPackageArn, packageGroup: input.packageGroup, trainedBy: input.trainedBy },
      inputs: [...Object.values(files), ...baselines].map(({ location, sha256 }) => ({
        key: location,
        hash: `sha256:${sha256}`,
      })),
    }),
  );
}

function valueIn({ reason, seen }: AuditRecord): RegistrationValue {
  return { outcome: "registered", reason, modelPackageArn: String(seen["modelPackageArn"]) };
}

async function registrationOf(record: RunRecord): Promise<RegistrationInput> {
  const { run, endpoint, definition } = record;
  const { dataset, baseline } = await writeBaseline(record);
  const keys = trainingKeys(run, "");
  const { text: report, file } = await readFile(evaluationKeys(run).report);
  const model = await describeModel(challengerModelName(run));
  const { Image, ModelDataUrl, Environment } = model?.PrimaryContainer ?? {};
  if (!Image || !ModelDataUrl) throw absent(`model "${challengerModelName(run)}"`);
  return {
    ...{ run, endpoint, dataset },
    packageGroup: definition.retraining?.packageGroup ?? endpoint,
    approvalRequired: definition.approval.required,
    container: {
      ...{ image: Image, modelDataUrl: ModelDataUrl },
      ...(Environment === undefined ? {} : { environment: Environment }),
    },
    instance: evaluationInstance(definition),
    report: JSON.parse(report) as EvaluationReport,
    files: {
      dataset: (await readFile(keys.dataset)).file,
      manifest: (await readFile(keys.manifest)).file,
      report: file,
    },
    dataQuality: {
      statistics: baseline("statistics.json"),
      constraints: baseline("constraints.json"),
    },
    modelQuality: {
      statistics: baseline(`${QUALITY_BASELINE}statistics.json`),
      constraints: baseline(`${QUALITY_BASELINE}constraints.json`),
    },
    trainedBy: await trainedBy(run),
    codeVersion: stageText("codeVersion"),
  };
}

/** Writes the challenger's baseline, and tells each file of it by its name. */
async function writeBaseline(record: RunRecord) {
  const { run, endpoint, definition, champion } = record;
  const { dataset, rows, output } = await compareChallenger(record);
  if (rows === null) throw absent(`comparison of run "${run}"`);
  const texts = await versionBaseline({
    previous: await readPrevious(champion.baseline),
    training: parseStatistics((await readFile(trainingKeys(run, "").statistics)).text),
    output,
    form: dataset.output,
    describes: definition.checks.dataQuality.columns,
    rows: rows.challenger,
    dialect: definition.checks.modelQuality?.dialect ?? "calibrated",
  });
  const prefix = { bucket: stageText("bucket"), key: runBaselinePrefix(endpoint, run) };
  const files = new Map<string, RegisteredFile>();
  for (const [name, text] of texts) {
    const location = { ...prefix, key: `${prefix.key}${name}` };
    await writeObject(location, text, "application/json");
    files.set(name, { location: s3Uri(location), sha256: sha256Of(text) });
  }
  const baseline = (name: string): RegisteredFile => files.get(name)!;
  return { dataset, baseline };
}

async function readPrevious(prefix: string): Promise<Baseline | null> {
  try {
    return await readBaseline(prefix);
  } catch (error) {
    if (error instanceof MonitoringError) return null;
    throw error;
  }
}

async function trainedBy(run: string): Promise<string> {
  const { seen } = (await readDecision(run, "start-evaluation")) ?? {};
  const trained = seen?.["pipelineExecution"] ?? seen?.["trainingJob"];
  return String(trained ?? run);
}

async function readFile(key: string): Promise<{ text: string; file: RegisteredFile }> {
  const location: S3Location = { bucket: stageText("bucket"), key };
  const bytes = await readObject(location);
  if (bytes === null) throw absent(s3Uri(location));
  const file = { location: s3Uri(location), sha256: sha256Of(bytes) };
  return { text: new TextDecoder().decode(bytes), file };
}

function absent(what: string): MonitoringError {
  return new MonitoringError("registration-incomplete", `${what}: is absent: must be there`);
}
