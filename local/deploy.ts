import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFunctions } from "../functions/build.ts";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";
import { withLock } from "./account/lock.ts";
import { type Account, environmentOn, readAccountFile, updateAccountFile } from "./account.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** All that decides what `serverless deploy` makes: the bundles, the template's parts, its tool. */
const DEPLOYED_FILES = [
  "dist/**/*.{js,json}",
  "serverless.yml",
  "resources/*",
  "statemachines/*",
  "functions/*/function.yml",
  "package.json",
];

/**
 * Runs `serverless deploy --stage local` on the account, as a user would, unless what lies there was
 * made of the same files.
 *
 * @returns whether it had to deploy
 * @throws MonitoringError `deploy-failed` with the end of its output
 */
export async function deploy(
  account: Account,
  say: (line: string) => void = () => {},
): Promise<boolean> {
  return await whilePackaging(async () => {
    await buildFunctions();
    const sha256 = await hashOfDeployedFiles();
    if ((await readAccountFile(account.folder))?.deployedSha256 === sha256) return false;
    say("Deploying: serverless deploy --stage local …");
    await serverlessDeploy(account);
    await updateAccountFile(account, { deployedSha256: sha256 });
    return true;
  });
}

/** Whatever stage it packages, and wherever to, the Serverless Framework writes into one folder first. */
export async function whilePackaging<T>(work: () => Promise<T>): Promise<T> {
  return await withLock(join(root, ".local", "packaging.lock"), work);
}

async function hashOfDeployedFiles(): Promise<string> {
  const hash = createHash("sha256");
  const paths: string[] = [];
  for await (const path of glob(DEPLOYED_FILES, { cwd: root })) paths.push(path);
  for (const path of paths.sort()) {
    hash.update(`${path}\0`).update(await readFile(join(root, path)));
  }
  return hash.digest("hex");
}

async function serverlessDeploy(account: Account): Promise<void> {
  const program = join(root, "node_modules", "serverless", "bin", "serverless.js");
  const child = spawn(process.execPath, [program, "deploy", "--stage=local", "--verbose"], {
    cwd: root,
    // The default is to ask every 5 s whether CloudFormation has finished.
    env: { ...environmentOn(account), SLS_AWS_MONITORING_FREQUENCY: "100" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(join(account.folder, "logs", "deploy.log"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(log, { end: false });
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise((ended) => child.on("close", ended));
  log.end();
  if (code === 0) return;
  throw new MonitoringError(
    "deploy-failed",
    `serverless deploy --stage local: exit code ${code}: must be 0\n${output.slice(-2_000)}`,
  );
}
