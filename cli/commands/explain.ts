import type { Command } from "commander";
import { adoptStage } from "../../shared/aws/functions.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { listPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { type AccountOptions, accountOptions, openAccount } from "../account.ts";
import { explainRun, type RunExplanation } from "../explain-run.ts";
import { printJson, printText } from "../output.ts";

interface ExplainOptions extends AccountOptions {
  readonly json?: boolean;
}

/** `explain RUN`: each decision, what it was made of, and by whom. */
export function registerExplain(program: Command): void {
  accountOptions(program.command("explain"))
    .description("tell each decision of a retraining run, and what it was made of")
    .argument("<run>", "id of a run, as messages and `retrain` name it")
    .addHelpText("after", EXAMPLES)
    .action((run: string, _: unknown, command: Command) => explain(run, command.optsWithGlobals()));
}

const EXAMPLES = `
Examples:
  $ plumbline explain churn-0123456789
  $ plumbline explain churn-0123456789 --stage prod --json`;

async function explain(run: string, options: ExplainOptions): Promise<void> {
  await openAccount(options);
  await adoptStage(options.stage);
  const explanation = await readExplanation(run);
  if (options.json) printJson(explanation);
  else printText(explainRun(explanation));
}

async function readExplanation(run: string): Promise<RunExplanation> {
  const record = await readRun(run);
  const [decisions, ofIncident, pending] = await Promise.all([
    readAudit(run),
    readAudit(record.incident),
    listPending(),
  ]);
  const own = pending.filter((task) => task.run === run);
  return {
    run: record,
    before: ofIncident.filter(({ at }) => at < record.startedAt),
    decisions,
    // Whoever has a token may answer the task: it stays in the account.
    waitingFor: own.map(({ kind, name, since }) => ({ kind, name, since })),
  };
}
