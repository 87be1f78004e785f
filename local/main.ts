// `npm run local`: the account on this machine, deployed, until Ctrl-C.
import {
  type Account,
  adoptAccount,
  closeAccount,
  openAccount,
  readAccountFile,
} from "./account.ts";
import { deploy } from "./deploy.ts";

const say = (line: string): void => console.error(line);

let account: Account | undefined;
let closing: Promise<never> | undefined;
const close = (exitCode: number): Promise<never> => {
  closing ??= (async () => {
    if (account) await closeAccount(account);
    process.exit(exitCode);
  })();
  return closing;
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => close(0));

try {
  account = await openAccount({ say });
  const owner = account.started ? null : (await readAccountFile())?.owner;
  if (owner) {
    say(`The local account is up already, kept by process ${owner.pid}: ${account.endpointUrl}`);
    process.exit(0);
  }
  account = await adoptAccount(account);
  const deployed = await deploy(account, say);
  say(`
Local account   ${account.endpointUrl}   (${deployed ? "deployed" : "unchanged since the last deploy"})
SageMaker       ${account.sagemakerEndpointUrl}
Logs            ${account.folder}/logs

In another terminal: npx plumbline --help
                     npx serverless invoke local --stage local -f FUNCTION -p events/FUNCTION/SAMPLE.json
Ctrl-C stops it.`);
} catch (error) {
  // What was under way when it was told to stop fails, and that is no news.
  if (closing === undefined) say(`plumbline: ${(error as Error).message}`);
  await close(1);
}
// The account's processes live on their own: something must keep this one.
setInterval(() => {}, 2 ** 30);
