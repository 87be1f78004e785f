import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import { type Account, environmentOn } from "../account.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs the command line as a user would.
 *
 * @returns what it printed
 * @throws MonitoringError `command-failed` with what it said, for any exit code but 0
 */
export async function plumbline(account: Account, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(root, "cli", "plumbline.js"), ...args], {
    cwd: root,
    env: environmentOn(account),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const code = await new Promise((ended) => child.on("close", ended));
  if (code === 0) return output;
  throw new MonitoringError(
    "command-failed",
    `plumbline ${args.join(" ")}: exit code ${code}: must be 0\n${errors}`,
  );
}
