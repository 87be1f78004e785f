// Every run leaves a line: so that a ratio can be followed from commit to commit.
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Adds a run to `bench/history.jsonl`. */
export function appendHistory(subject: string, figures: object): void {
  const [processor] = cpus();
  const machine = {
    processor: processor?.model.trim() ?? "unknown",
    threads: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  const date = new Date().toISOString();
  const line = { commit: currentCommit(), date, machine, subject, figures };
  appendFileSync(`${root}bench/history.jsonl`, `${JSON.stringify(line)}\n`);
}

/** The commit, with a plus when tracked files differ from it. */
function currentCommit(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  try {
    const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
    return git("rev-parse", "--short=10", "HEAD") + (isChanged ? "+" : "");
  } catch {
    return "unknown";
  }
}
