import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../cli/plumbline.js", import.meta.url));

export interface CommandRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a process of its own, with no terminal. */
export function runPlumbline(
  args: readonly string[],
  options: { nodeArguments?: readonly string[]; cwd?: string } = {},
): Promise<CommandRun> {
  const { nodeArguments = [], cwd } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeArguments, BIN, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      ...(cwd === undefined ? {} : { cwd }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject).on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
