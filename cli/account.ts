import type { Command } from "commander";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";

/** What every command that talks to an account takes; {@link accountOptions} adds them. */
export interface AccountOptions {
  readonly stage: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

const LOCAL_STAGE = "local";
const DEFAULT_LOCAL_REGION = "us-east-1";

/** Adds `--stage`, `--region` and `--endpoint-url` to a command. */
export function accountOptions(command: Command): Command {
  return command
    .option("--stage <name>", "stage that was deployed", LOCAL_STAGE)
    .option("--region <name>", "AWS region; without it the AWS configuration decides")
    .option("--endpoint-url <url>", "address of an AWS-compatible service, for all calls");
}

/**
 * Points the AWS clients, which read the environment, at the account that the options name: for
 * stage `local` the one that runs on this machine, for any other that of the AWS configuration.
 *
 * @throws MonitoringError `local-account-absent`
 */
export async function openAccount(options: AccountOptions): Promise<void> {
  const { stage, region, endpointUrl } = options;
  if (stage !== LOCAL_STAGE) {
    setEnvironment({ AWS_REGION: region, AWS_ENDPOINT_URL: endpointUrl });
    return;
  }
  const { accountEnvironment } = await import("../local/account.ts");
  const local = await localAddress(endpointUrl);
  setEnvironment(accountEnvironment({ ...local, region: region ?? local.region }));
  delete process.env.AWS_PROFILE;
  delete process.env.AWS_SESSION_TOKEN;
}

async function localAddress(endpointUrl: string | undefined) {
  if (endpointUrl !== undefined) {
    // Who has SageMaker elsewhere says so as to any program that uses the SDK.
    const sagemakerEndpointUrl = process.env.AWS_ENDPOINT_URL_SAGEMAKER ?? endpointUrl;
    return { endpointUrl, sagemakerEndpointUrl, region: DEFAULT_LOCAL_REGION };
  }
  const { readAccountFile } = await import("../local/account.ts");
  const local = await readAccountFile();
  if (local === undefined) {
    throw new MonitoringError(
      "local-account-absent",
      "local account: .local/account.json: is not there: start the account with " +
        '"npm run local", or name a deployed stage with --stage',
    );
  }
  return local;
}

function setEnvironment(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) process.env[name] = value;
  }
}
