// `npm run local`: the account on this machine, deployed, until Ctrl-C.
import { adoptAccount, closeAccount, openAccount, readAccountFile } from "./account.ts";
import { deploy } from "./deploy.ts";

const say = (line: string): void => console.error(line);

let account = await openAccount({ say });
if (!account.started) {
  const owner = (await readAccountFile())?.owner;
  if (owner) {
    say(`The local account is up already, kept by process ${owner.pid}: ${account.endpointUrl}`);
    process.exit(0);
  }
  account = await adoptAccount(account);
}

const close = async (): Promise<void> => {
  await closeAccount(account);
  process.exit(0);
};
process.once("SIGINT", close).once("SIGTERM", close);

const deployed = await deploy(account, say);
say(`
Local account   ${account.endpointUrl}   (${deployed ? "deployed" : "unchanged since the last deploy"})
SageMaker       ${account.sagemakerEndpointUrl}
Logs            ${account.folder}/logs

In another terminal: npx plumbline --help
                     npx serverless invoke local --stage local -f FUNCTION -p events/FUNCTION/SAMPLE.json
Ctrl-C stops it.`);
// The account's processes live on their own: something must keep this one.
setInterval(() => {}, 2 ** 30);
