import { MonitoringError } from "../shared/contracts/monitoring-error.ts";

/** One line, or several, on stdout. */
export function printText(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** `plumbline: what failed: the value: the rule`, with the stack only when asked for. */
export function describeError(error: unknown, verbose: boolean): string {
  const message = `plumbline: ${messageOf(error)}\n`;
  if (!verbose) return message;
  const stacks: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    stacks.push(cause.stack ?? cause.message);
  }
  return `${message}${stacks.join("\ncaused by: ")}\n`;
}

const NO_ANSWER = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ETIMEDOUT"]);

function messageOf(error: unknown): string {
  if (error instanceof MonitoringError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && NO_ANSWER.has(code)) {
    return `account: ${error.message}: nothing answers there, is it up?`;
  }
  // An error of AWS or of the program itself: its name says which.
  return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
}
