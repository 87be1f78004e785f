import type { AuditRecord } from "../shared/contracts/self-healing/audit-record.ts";
import type { PendingTask } from "../shared/contracts/self-healing/pending-task.ts";
import type { RunRecord } from "../shared/contracts/self-healing/run.ts";

/** All that is known of why a run went as it did. */
export interface RunExplanation {
  readonly run: RunRecord;
  /** What was decided about its incident before it began. */
  readonly before: readonly AuditRecord[];
  readonly decisions: readonly AuditRecord[];
  readonly waitingFor: readonly Pick<PendingTask, "kind" | "name" | "since">[];
}

/** A run for a terminal: how it stands, then decision by decision. */
export function explainRun({ run, before, decisions, waitingFor }: RunExplanation): string {
  const why = `${run.cause}, run ${run.attempt} of incident ${run.incident}`;
  return [
    `Run ${run.run} of endpoint ${run.endpoint}: ${stateOf(run)}`,
    `  started     ${run.startedAt} by ${run.startedBy}: ${why}`,
    `  champion    ${modelOf(run.champion)}, variant ${run.champion.variant}`,
    ...(run.candidate === undefined
      ? []
      : [
          `  challenger  ${run.modelPackageArn ?? run.candidate.modelName}, variant ${run.candidate.variant}`,
        ]),
    ...waitingFor.map(({ kind, name, since }) => `  waits for   ${kind} ${name}, since ${since}`),
    ...(before.length === 0 ? [] : ["", "Before it", ...before.flatMap(decisionLines)]),
    "",
    "Decisions",
    ...decisions.flatMap(decisionLines),
  ].join("\n");
}

function stateOf({ ended }: RunRecord): string {
  if (ended === undefined) return "it goes on";
  return `${ended.outcome} at ${ended.at}: ${ended.reason}`;
}

function modelOf({ modelPackageArn, modelName }: RunRecord["champion"]): string {
  return modelPackageArn ?? modelName;
}

function decisionLines({ at, step, by, decision, reason, seen, inputs }: AuditRecord): string[] {
  const numbers = Object.entries(seen).map(([name, value]) => `${name} ${value}`);
  return [
    `  ${at}  ${step}: ${decision}, by ${by}`,
    `      ${reason}`,
    ...(numbers.length === 0 ? [] : [`      seen: ${numbers.join(", ")}`]),
    ...inputs.map(({ key, hash }) => `      from: ${key}${hash === undefined ? "" : ` (${hash})`}`),
  ];
}
