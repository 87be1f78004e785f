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
import { addQualityCheck, tellCapturesToAlarms } from "./story/captures-to-alarms.ts";
import { tellLabelsToQuality } from "./story/labels-to-quality.ts";
import { narrate } from "./story/narrator.ts";
import { openScene, type Scene } from "./story/scene.ts";
import { summarize } from "./story/summary.ts";

const USAGE = `Usage: npm start [-- --keep]

Brings up an AWS account on this machine, deploys Plumbline to it, sends hours of traffic to an endpoint,
changes what it is sent, posts the labels late, and shows what was found and who was told.

  --keep   leave the account running afterwards (stop it with Ctrl-C in npm run local)
  --help   print this`;

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
    await run(narrator, options.keep ?? false);
    return 0;
  } catch (error) {
    // Our own errors say all there is to act on; any other is a fault of ours, with its trace.
    const text = error instanceof MonitoringError ? error.message : (error as Error).stack;
    console.error(`plumbline: ${text}`);
    return 1;
  }
}

function readOptions(): { keep?: boolean; help?: boolean } | null {
  try {
    const options = { keep: { type: "boolean" }, help: { type: "boolean" } } as const;
    return parseArgs({ options, strict: true }).values;
  } catch (error) {
    console.error(`plumbline: ${(error as Error).message}\n\n${USAGE}`);
    return null;
  }
}

/** Both stories, one after the other, and what they found. */
async function tell(scene: Scene): Promise<string> {
  const found = await tellCapturesToAlarms(scene);
  await addQualityCheck(scene, found);
  const { endpoint, inbox, labelled: hours } = found;
  return summarize(found, await tellLabelsToQuality(scene, { endpoint, hours, inbox }));
}

async function run(narrator: ReturnType<typeof narrate>, keep: boolean): Promise<void> {
  narrator.step("Bring up an AWS account on this machine");
  const account = await openAccount({ say: narrator.say });
  closeOnSignals(account);
  try {
    narrator.say(`MiniStack at ${account.endpointUrl}, SageMaker simulator beside it`);
    narrator.step("Deploy: serverless deploy --stage local");
    const deployed = await deploy(account, () => {});
    narrator.say(deployed ? "deployed" : "unchanged since the last run");
    try {
      console.log(await tell(await openScene(account, narrator)));
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
