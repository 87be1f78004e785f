import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { callerArn } from "../../shared/aws/caller.ts";
import { adoptStage, callFunction } from "../../shared/aws/functions.ts";
import { unknownEndpoint } from "../../shared/aws/monitors.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import type { RetrainingDecision } from "../../shared/retrain/decide.ts";
import { type AccountOptions, accountOptions, openAccount } from "../account.ts";
import { EXIT_CODE } from "../exit-codes.ts";
import { printJson, printText } from "../output.ts";
import { summarizeTrial } from "../summarize-trial.ts";
import { type TriedRetraining, tryRetraining } from "../try-retraining.ts";

interface RetrainOptions extends AccountOptions {
  readonly json?: boolean;
  readonly local?: boolean;
  readonly definition?: string;
}

/**
 * `retrain ENDPOINT`, by hand; the deployed function decides, as it does on an alarm. With `--local` nothing
 * is decided or deployed: what a run would come to is tried on this machine.
 */
export function registerRetrain(program: Command): void {
  accountOptions(program.command("retrain"))
    .description("retrain the model of a monitored endpoint now")
    .argument("<endpoint>")
    .option("--local", "train in the simulator on this machine, to see what a run would come to")
    .option("--definition <file>", "with --local: a definition to try before it is applied")
    .addHelpText("after", EXAMPLES)
    .action(async (endpoint: string, _: unknown, command: Command) => {
      const options: RetrainOptions = command.optsWithGlobals();
      if (options.definition !== undefined && !options.local) {
        const rule = "must stand with --local: a run takes what is applied";
        throw new MonitoringError("definition-without-local", `--definition: ${rule}`);
      }
      await (options.local ? tryLocally(endpoint, options) : retrain(endpoint, options));
    });
}

const EXAMPLES = `
The cooldown does not hold you back; an open run, too few labels and the budget of runs do.

Examples:
  $ plumbline retrain churn
  $ plumbline retrain churn --stage prod --json
  $ plumbline retrain churn --local --definition churn.yml`;

async function retrain(endpoint: string, options: RetrainOptions): Promise<void> {
  await openAccount(options);
  const request = { id: randomUUID(), by: await callerArn() };
  const event = { endpoint, time: new Date().toISOString(), request };
  const decisions = await callFunction(options.stage, "decide-retraining", event);
  const decision = (decisions as Readonly<Record<string, RetrainingDecision | null>>)[endpoint];
  if (!decision) throw unknownEndpoint(endpoint);
  if (options.json) printJson(decision);
  else printText(sentences(endpoint, decision));
  if (decision.start === undefined) process.exitCode = EXIT_CODE.error;
}

async function tryLocally(endpoint: string, options: RetrainOptions): Promise<void> {
  await openAccount(options);
  await adoptStage(options.stage, "prepare-training-set");
  const tried = await tryRetraining(endpoint, new Date().toISOString(), options.definition);
  if (options.json) printJson(tried);
  else printText(summarizeTrial(tried));
  process.exitCode = exitCodeOf(tried);
}

/** A better model passes; what was not compared is no verdict on it. */
function exitCodeOf({ evaluation }: TriedRetraining): number {
  if (evaluation === null || evaluation.outcome === "inconclusive") return EXIT_CODE.inconclusive;
  return evaluation.outcome === "better" ? EXIT_CODE.passed : EXIT_CODE.violated;
}

function sentences(endpoint: string, { start, reason, retryAt }: RetrainingDecision): string {
  if (start !== undefined) {
    return `Run ${start.run} has started: ${reason}.\nHow it goes on: plumbline explain ${start.run}`;
  }
  const later = retryAt === undefined ? "" : ` Try again after ${retryAt}.`;
  return `${endpoint} is not retrained: ${reason}.${later}`;
}
