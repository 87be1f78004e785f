import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { callerArn } from "../../shared/aws/caller.ts";
import { callFunction } from "../../shared/aws/functions.ts";
import { unknownEndpoint } from "../../shared/aws/monitors.ts";
import type { RetrainingDecision } from "../../shared/retrain/decide.ts";
import { type AccountOptions, accountOptions, openAccount } from "../account.ts";
import { EXIT_CODE } from "../exit-codes.ts";
import { printJson, printText } from "../output.ts";

interface RetrainOptions extends AccountOptions {
  readonly json?: boolean;
}

/** `retrain ENDPOINT`, by hand; the deployed function decides, as it does on an alarm. */
export function registerRetrain(program: Command): void {
  accountOptions(program.command("retrain"))
    .description("retrain the model of a monitored endpoint now")
    .argument("<endpoint>")
    .addHelpText("after", EXAMPLES)
    .action((endpoint: string, _: unknown, command: Command) =>
      retrain(endpoint, command.optsWithGlobals()),
    );
}

const EXAMPLES = `
The cooldown does not hold you back; an open run, too few labels and the budget of runs do.

Examples:
  $ plumbline retrain churn
  $ plumbline retrain churn --stage prod --json`;

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

function sentences(endpoint: string, { start, reason, retryAt }: RetrainingDecision): string {
  if (start !== undefined) {
    return `Run ${start.run} has started: ${reason}.\nHow it goes on: plumbline explain ${start.run}`;
  }
  const later = retryAt === undefined ? "" : ` Try again after ${retryAt}.`;
  return `${endpoint} is not retrained: ${reason}.${later}`;
}
