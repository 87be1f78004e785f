import type { Command } from "commander";
import type { Decided } from "../../shared/approval/decide.ts";
import { versionOf } from "../../shared/approval/form.ts";
import { approvalIdOf } from "../../shared/approval/question-ids.ts";
import { findApproval } from "../../shared/aws/approvals/approval-records.ts";
import { decideApproval } from "../../shared/aws/approvals/decide-approval.ts";
import { readEvidence } from "../../shared/aws/approvals/evidence.ts";
import { callerArn } from "../../shared/aws/caller.ts";
import { adoptStage } from "../../shared/aws/functions.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import type { ApprovalRecord } from "../../shared/contracts/self-healing/approval.ts";
import { type AccountOptions, accountOptions, openAccount } from "../account.ts";
import { EXIT_CODE } from "../exit-codes.ts";
import { printJson, printText } from "../output.ts";

interface ApproveOptions extends AccountOptions {
  readonly json?: boolean;
  readonly comment?: string;
}

/** `approve RUN` and `reject RUN`: the same decision as the link's, made by whom AWS knows you as. */
export function registerApprove(program: Command): void {
  register(program, "approve", "let the version that a run registered go into service");
}

export function registerReject(program: Command): void {
  register(program, "reject", "keep the version that a run registered out of service");
}

type Wish = "approve" | "reject";

function register(program: Command, wish: Wish, description: string): void {
  accountOptions(program.command(wish))
    .description(description)
    .argument("<run>", "id of a run, as messages name it")
    .option("--comment <text>", "why; kept in the audit and in the model registry")
    .addHelpText("after", examples(wish))
    .action((run: string, _: unknown, command: Command) =>
      decide(run, wish, command.optsWithGlobals()),
    );
}

const examples = (wish: Wish): string => `
The first decision stands, here, by the mailed link or in the model registry. Exit codes: 0 decided so,
by you or somebody else before; 1 not.

Examples:
  $ plumbline ${wish} churn-0123456789
  $ plumbline ${wish} churn-0123456789 --comment "seen with the fraud team" --stage prod`;

const STATES = { approve: "approved", reject: "rejected" } as const;

async function decide(run: string, wish: Wish, options: ApproveOptions): Promise<void> {
  await openAccount(options);
  await adoptStage(options.stage, "record-approval");
  const { comment } = options;
  const approval = await readApproval(run);
  const ruling = {
    ...{ state: STATES[wish], at: new Date().toISOString() },
    ...{ by: await callerArn(), through: "command-line" as const },
    ...(comment === undefined ? {} : { comment }),
  };
  // What is kept out of service may be so for any reason, also that its evidence is gone.
  const evidence = wish === "approve" ? (await readEvidence(approval)).sha256 : undefined;
  const decided = await decideApproval(approval.approvalId, ruling, evidence);
  if (options.json) printJson(decided);
  else printText(sentence(decided));
  if (decided.record.state !== STATES[wish]) process.exitCode = EXIT_CODE.error;
}

async function readApproval(run: string): Promise<ApprovalRecord> {
  const approval = await findApproval(approvalIdOf(run));
  if (approval !== null) return approval;
  throw new MonitoringError(
    "unknown-approval",
    `run "${run}": no approval was asked for: it must await one`,
  );
}

function sentence(decided: Decided): string {
  const { run, endpoint, modelPackageArn, state, decided: by, openUntil } = decided.record;
  const version = `version ${versionOf(modelPackageArn)} of ${endpoint}`;
  if (decided.changes) {
    return `${version} is ${state}.\nHow it goes on: plumbline explain ${run}`;
  }
  switch (decided.why) {
    case "already-decided":
      return `${version} was ${state} at ${by?.at} by ${by?.by} already: the first decision stands.`;
    case "expired":
      return `${version} could be decided about until ${openUntil}: it counts as rejected.`;
    case "run-ended":
      return `Run ${run} has ended: there is nothing left to decide.`;
    case "evidence-changed":
      return `What ${version} is to be decided on has changed since it was asked about: reject it.`;
  }
}
