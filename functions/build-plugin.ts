import { buildFunctions } from "./build.ts";

/** What this plugin reads of the Serverless Framework. */
interface Serverless {
  /** Its own error, which it prints without a stack trace. */
  readonly classes: { readonly Error: new (message: string) => Error };
  readonly processedInput: { readonly commands: readonly string[] };
  readonly service: { readonly provider: { readonly stage: string } };
}

/** Commands that need no account. */
const OFFLINE_COMMANDS = new Set(["package", "print"]);
const LOOPBACK_HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);
const ANSWER_MILLIS = 2_000;

/**
 * For the Serverless Framework: what it packages, deploys or invokes is what the sources say now, and
 * stage `local` is never looked for in a real account.
 */
export default class BuildPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<unknown>>>;

  constructor(serverless: Serverless, options: { readonly function?: string }) {
    const invoked = options.function;
    this.hooks = {
      initialize: () => requireLocalAccount(serverless),
      "before:package:initialize": () => buildFunctions(),
      "before:invoke:local:invoke": () =>
        buildFunctions(invoked === undefined ? undefined : [invoked]),
    };
  }
}

/**
 * Without the address of the account on this machine, stage `local` would use whatever credentials
 * there are.
 */
async function requireLocalAccount({ classes, processedInput, service }: Serverless) {
  const isOffline = OFFLINE_COMMANDS.has(processedInput.commands[0] ?? "");
  if (service.provider.stage !== "local" || isOffline) return;
  const address = process.env.AWS_ENDPOINT_URL ?? "";
  if (isOnThisMachine(address) && (await answers(address))) return;
  const rule = 'stage local needs the account on this machine: start it with "npm run local"';
  throw new classes.Error(`AWS_ENDPOINT_URL: ${JSON.stringify(address)}: ${rule}`);
}

function isOnThisMachine(address: string): boolean {
  return URL.canParse(address) && LOOPBACK_HOSTS.has(new URL(address).hostname);
}

async function answers(address: string): Promise<boolean> {
  const options = { signal: AbortSignal.timeout(ANSWER_MILLIS) };
  return fetch(address, options).then(
    () => true,
    () => false,
  );
}
