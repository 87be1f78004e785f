// `npm start`: the main job, on real data, in an account on this machine.
import { parseArgs } from "node:util";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";
import {
  type Account,
  closeAccount,
  closeOnSignals,
  isAccountUp,
  keepAccount,
  openAccount,
} from "./account.ts";
import { deploy } from "./deploy.ts";
import { narrate } from "./story/narrator.ts";
import { type ScenarioName, scenarioName, tellScenario } from "./story/scenarios.ts";
import { openScene } from "./story/scene.ts";

const USAGE = `Usage: npm start [-- --scenario NAME] [--keep]

Brings up an AWS account on this machine, deploys Plumbline to it, sends hours of traffic to endpoints,
and shows what was found, what was done about it, and who was told. Without a scenario these are told:
data drift upstream, labels that come late, heal, and rollback.

  --scenario NAME   one of them alone:
    healthy           nothing happens, and nothing is done
    heal              quality is lost → retrained → better → approved → 5 % → promoted
    rollback          the same, but the new model fails in traffic → rolled back
    reject            the same, but a person rejects the new model → champion kept
  --keep            leave the account running afterwards (stop it with Ctrl-C in npm run local)
  --help            print this`;

const OPTIONS = {
  scenario: { type: "string" },
  keep: { type: "boolean" },
  help: { type: "boolean" },
} as const;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) return 1;
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const narrator = narrate(process.stderr);
  try {
    await run(narrator, options);
    return 0;
  } catch (error) {
    // Our own errors say all there is to act on; any other is a fault of ours, with its trace.
    const text = error instanceof MonitoringError ? error.message : (error as Error).stack;
    console.error(`plumbline: ${text}`);
    return 1;
  }
}

interface Options {
  readonly scenario?: ScenarioName;
  readonly keep?: boolean;
  readonly help?: boolean;
}

function readOptions(): Options | null {
  try {
    const { scenario, ...flags } = parseArgs({ options: OPTIONS, strict: true }).values;
    return { ...flags, ...(scenario === undefined ? {} : { scenario: scenarioName(scenario) }) };
  } catch (error) {
    console.error(`plumbline: ${(error as Error).message}\n\n${USAGE}`);
    return null;
  }
}

async function run(
  narrator: ReturnType<typeof narrate>,
  { scenario, keep = false }: Options,
): Promise<void> {
  narrator.step("Bring up an AWS account on this machine");
  const account = await openAccount({ say: narrator.say });
  closeOnSignals(account);
  try {
    narrator.say(`MiniStack at ${account.endpointUrl}, SageMaker simulator beside it`);
    narrator.step("Deploy: serverless deploy --stage local");
    const deployed = await deploy(account, () => {});
    narrator.say(deployed ? "deployed" : "unchanged since the last run");
    try {
      const scene = await openScene(account, narrator);
      for await (const summary of tellScenario(scene, scenario)) console.log(summary);
    } catch (cause) {
      throw (await isAccountUp(account)) ? cause : closedMeanwhile(account, cause);
    }
    if (keep) {
      await keepAccount(account);
      console.log(`The account stays up at ${account.endpointUrl}.`);
    }
  } finally {
    if (!keep) await closeAccount(account);
  }
}

/** Another command that had opened the account has closed it. */
function closedMeanwhile({ endpointUrl }: Account, cause: unknown): MonitoringError {
  return new MonitoringError(
    "account-closed",
    `local account: ${endpointUrl}: another command that had started it stopped it: run npm start again`,
    { cause },
  );
}
