import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import * as z from "zod/mini";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";

/** What every command that talks to an account takes; add them with {@link accountOptions}. */
export interface AccountOptions {
  readonly stage: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

/** Which account a command works on. */
export interface Account {
  readonly stage: string;
  readonly region: string | undefined;
}

const LOCAL_STAGE = "local";
const LOCAL_ACCOUNT_FILE = new URL("../.local/account.json", import.meta.url);

const localAccount = z.looseObject({
  endpointUrl: z.string(),
  sagemakerEndpointUrl: z.string(),
  region: z.string(),
});

/** Adds `--stage`, `--region` and `--endpoint-url` to a command. */
export function accountOptions(command: Command): Command {
  return command
    .option("--stage <name>", "stage that was deployed", LOCAL_STAGE)
    .option("--region <name>", "AWS region; without it the AWS configuration decides")
    .option("--endpoint-url <url>", "address of an AWS-compatible service, for all calls");
}

/**
 * Points the AWS clients, which read the environment, at the account that the options name: for stage
 * `local` the one that runs on this machine, for any other the credentials of the AWS configuration.
 */
export async function openAccount(options: AccountOptions): Promise<Account> {
  const { stage, endpointUrl } = options;
  if (stage !== LOCAL_STAGE) {
    setEnvironment({ AWS_REGION: options.region, AWS_ENDPOINT_URL: endpointUrl });
    return { stage, region: options.region ?? process.env.AWS_REGION };
  }
  const local = await readLocalAccount(endpointUrl);
  const region = options.region ?? local.region;
  setEnvironment({
    AWS_REGION: region,
    AWS_ENDPOINT_URL: local.endpointUrl,
    AWS_ENDPOINT_URL_SAGEMAKER: local.sagemakerEndpointUrl,
    AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: local.sagemakerEndpointUrl,
    // The local account takes any credentials; real ones must not be sent to it.
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  delete process.env.AWS_PROFILE;
  delete process.env.AWS_SESSION_TOKEN;
  return { stage, region };
}

async function readLocalAccount(
  endpointUrl: string | undefined,
): Promise<z.infer<typeof localAccount>> {
  if (endpointUrl !== undefined) {
    return { endpointUrl, sagemakerEndpointUrl: endpointUrl, region: "us-east-1" };
  }
  let text: string;
  try {
    text = await readFile(LOCAL_ACCOUNT_FILE, "utf8");
  } catch (cause) {
    throw new MonitoringError(
      "local-account-absent",
      "local account: .local/account.json is absent: start the account with " +
        '"npm run local", or name a deployed stage with --stage',
      { cause },
    );
  }
  return parseLocalAccount(text);
}

function parseLocalAccount(text: string): z.infer<typeof localAccount> {
  try {
    return localAccount.parse(JSON.parse(text));
  } catch (cause) {
    throw new MonitoringError(
      "local-account-unreadable",
      'local account: .local/account.json is unreadable: start the account again with "npm run local"',
      { cause },
    );
  }
}

function setEnvironment(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) process.env[name] = value;
  }
}
