import { Argument, type Command } from "commander";
import { callerArn } from "../../shared/aws/caller.ts";
import { callFunction } from "../../shared/aws/functions.ts";
import type { CanaryDecision } from "../../shared/contracts/self-healing/judge-occasion.ts";
import type { BakeValue } from "../../shared/contracts/self-healing/tasks.ts";
import { type AccountOptions, accountOptions, openAccount } from "../account.ts";
import { printJson, printText } from "../output.ts";

type Decision = CanaryDecision["decision"];

interface CanaryOptions extends AccountOptions {
  readonly json?: boolean;
  readonly comment?: string;
}

/** `canary RUN`, a person's word on one that bakes; the deployed judge notes it and acts on it. */
export function registerCanary(program: Command): void {
  accountOptions(program.command("canary"))
    .description("decide on a canary that is held, or before its judge does")
    .argument("<run>", "id of a run, as messages name it")
    .addArgument(new Argument("<decision>").choices(["promote", "roll-back"]))
    .option("--comment <text>", "why; kept in the audit")
    .addHelpText("after", EXAMPLES)
    .action(async (run: string, decision: Decision, _: unknown, command: Command) => {
      const options: CanaryOptions = command.optsWithGlobals();
      await openAccount(options);
      const by = await callerArn();
      const event: CanaryDecision = {
        ...{ run, decision, by },
        reason: options.comment ?? `${by} decided`,
        time: new Date().toISOString(),
      };
      const value = (await callFunction(options.stage, "judge-canary", event)) as BakeValue;
      if (options.json) printJson({ run, ...value });
      else printText(`${run}: ${value.outcome}: ${value.reason}.`);
    });
}

const EXAMPLES = `
What a judge has decided already stands.

Examples:
  $ plumbline canary churn-0123456789 roll-back --comment "complaints about refused customers"
  $ plumbline canary churn-0123456789 promote --stage prod`;
