/** One line, or several, on stdout. */
export function printText(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** `plumbline: what failed: the value: the rule`, with the stack only when asked for. */
export function describeError(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return `plumbline: ${String(error)}\n`;
  const message = `plumbline: ${error.message || error.name}\n`;
  if (!verbose) return message;
  const causes: string[] = [];
  let cause: unknown = error;
  while (cause instanceof Error) {
    causes.push(cause.stack ?? cause.message);
    cause = cause.cause;
  }
  return `${message}${causes.join("\ncaused by: ")}\n`;
}
