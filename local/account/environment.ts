import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where an account is found. */
export interface AccountAddress {
  readonly endpointUrl: string;
  readonly sagemakerEndpointUrl: string;
  readonly region: string;
}

/** What a program needs in its environment to work on this account and on no other. */
export function accountEnvironment(account: AccountAddress): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: account.endpointUrl,
    AWS_ENDPOINT_URL_SAGEMAKER: account.sagemakerEndpointUrl,
    AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: account.sagemakerEndpointUrl,
    // The simulator plays this service, too, as far as endpoints need it.
    AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING: account.sagemakerEndpointUrl,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    // Any will do; real ones must not be sent there.
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
}

/** The environment of a program started on this account: ours, less what points to other accounts. */
export function environmentOn(account: AccountAddress): Record<string, string> {
  const foreign = /^(?:AWS_|SLS_|NODE_OPTIONS$|VITEST|VIRTUAL_ENV$|PYTHON)/;
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !foreign.test(entry[0]),
  );
  const path = [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, ...accountEnvironment(account) };
}

/**
 * `serverless … --stage local` reads this file, and so works on this account. It stays when the account
 * is closed: a command then fails to connect, rather than reach for a real account.
 */
export async function writeEnvironmentFile(address: AccountAddress): Promise<void> {
  const lines = Object.entries(accountEnvironment(address)).map(
    ([name, value]) => `${name}=${value}`,
  );
  await writeFile(join(root, ".env.local"), `${lines.join("\n")}\n`);
}
