import { isDeepStrictEqual } from "node:util";
import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  paginateListModelPackages,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { listRollBacks } from "../../shared/aws/canary/roll-back-requests.ts";
import { readDeployments } from "../../shared/aws/deployments.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { readLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { describeExecution } from "../../shared/aws/self-healing/executions.ts";
import { listPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { findRun, listUnendedRuns } from "../../shared/aws/self-healing/runs.ts";
import type { RunRecord } from "../../shared/contracts/self-healing/run.ts";
import type { Fault } from "./points.ts";
import type { Patient } from "./ward.ts";

/** What a run without any fault comes to. */
export interface UndisturbedRun {
  readonly outcome: string;
  /** The steps of its audit, sorted. */
  readonly steps: readonly string[];
}

/** How a run stands when it has ended. */
export interface RunEnd extends UndisturbedRun {
  /** What does not hold that must; each with the values. */
  readonly problems: readonly string[];
}

export interface Disturbance {
  readonly run: string;
  readonly fault: Fault | null;
  readonly undisturbed: UndisturbedRun | null;
}

/** What must hold of an endpoint and of all that is known of a run, wherever the run crashed. */
export async function examine(
  patient: Patient,
  { run, fault, undisturbed }: Disturbance,
): Promise<RunEnd> {
  const record = await findRun(run);
  const outcome = record?.ended?.outcome ?? "not ended";
  const steps = (await readAudit(run)).map(({ step }) => step).sort();
  const problems = [
    ...(await endpointProblems(patient, record)),
    ...(await leftovers(patient, run)),
    ...(await timelineProblems(patient)),
    ...(await registryProblems(record)),
    ...(undisturbed === null ? [] : auditProblems({ outcome, steps }, record, undisturbed)),
  ];
  // What is refused for good may end a run otherwise; everything else must be overcome.
  if (undisturbed !== null && fault !== "fails" && outcome !== undisturbed.outcome) {
    problems.push(`outcome ${outcome} (${record?.ended?.reason}): must be ${undisturbed.outcome}`);
  }
  return { outcome, steps, problems };
}

/** One variant carries everything, captures as before, and is what the run says. */
async function endpointProblems(patient: Patient, record: RunRecord | null): Promise<string[]> {
  const { endpoint, configName, capture } = patient;
  const sagemaker = new SageMakerClient({});
  const live = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpoint }));
  const EndpointConfigName = live.EndpointConfigName ?? "";
  const config = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
  const variants = live.ProductionVariants ?? [];
  const [variant] = variants;
  const isPromoted = record?.ended?.outcome === "promoted";
  const serving = isPromoted ? record.candidate?.variant : record?.champion.variant;
  return [
    ...must("status", live.EndpointStatus, "InService"),
    ...must(
      "variants",
      variants.map(({ VariantName }) => VariantName),
      [serving],
    ),
    ...must("weight", [variant?.CurrentWeight, variant?.DesiredWeight], [1, 1]),
    ...must("configuration", EndpointConfigName, isPromoted ? `${record.run}-final` : configName),
    ...must("capture", live.DataCaptureConfig, capture),
    ...must("configured capture", config.DataCaptureConfig?.EnableCapture, true),
  ];
}

/** Nobody holds, waits for or is still to do anything. */
async function leftovers({ endpoint }: Patient, run: string): Promise<string[]> {
  const own = (things: readonly { readonly run: string }[]) =>
    things.filter((thing) => thing.run === run);
  return [
    ...must("lock", (await readLock(endpoint))?.run ?? null, null),
    ...must("pending tasks", own(await listPending()), []),
    ...must("roll backs", own(await listRollBacks()), []),
    ...must("unended runs", own(await listUnendedRuns()), []),
    ...must("execution runs", (await describeExecution(run))?.status === "RUNNING", false),
  ];
}

/** The timeline says what serves, once. */
async function timelineProblems({ endpoint }: Patient): Promise<string[]> {
  const live = await new SageMakerClient({}).send(
    new DescribeEndpointCommand({ EndpointName: endpoint }),
  );
  const open = (await readDeployments(endpoint)).filter(({ to }) => to === undefined);
  const serving = live.ProductionVariants?.map(({ VariantName }) => VariantName);
  return must(
    "open deployments",
    open.map(({ variant }) => variant),
    serving,
  );
}

/** The run has registered one version, however often it tried. */
async function registryProblems(record: RunRecord | null): Promise<string[]> {
  if (record?.modelPackageArn === undefined) return [];
  const ModelPackageGroupName = record.modelPackageArn.split("/").at(-2)!;
  const client = new SageMakerClient({});
  const versions: string[] = [];
  for await (const page of paginateListModelPackages({ client }, { ModelPackageGroupName })) {
    for (const { ModelPackageArn, ModelPackageDescription = "" } of page.ModelPackageSummaryList ??
      []) {
      if (ModelPackageDescription.includes(record.run)) versions.push(String(ModelPackageArn));
    }
  }
  return must("registered versions", versions, [record.modelPackageArn]);
}

/** Every decision of the way that the run took is there; each step is written once, by its key. */
function auditProblems(
  { outcome, steps }: UndisturbedRun,
  record: RunRecord | null,
  undisturbed: UndisturbedRun,
): string[] {
  if (outcome === undisturbed.outcome) return must("audit", steps, undisturbed.steps);
  const wentBack = record?.candidate !== undefined && outcome !== "promoted";
  const needed = ["decide-retraining", "conclude-run", ...(wentBack ? ["roll-back"] : [])];
  return must(
    "audit lacks",
    needed.filter((step) => !steps.includes(step)),
    [],
  );
}

function must(what: string, is: unknown, mustBe: unknown): string[] {
  if (isDeepStrictEqual(is, mustBe)) return [];
  return [`${what}: ${JSON.stringify(is)}: must be ${JSON.stringify(mustBe)}`];
}
