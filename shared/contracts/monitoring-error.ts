/**
 * The one base of every error this project throws on purpose.
 *
 * The message has the form `what failed: the value: the rule`, so that a reader can act on it
 * without a stack trace. `code` is stable and kebab-case: logs, tests and the command line key on it.
 */
export class MonitoringError extends Error {
  override readonly name = "MonitoringError";
  readonly code: string;
  /** The values needed to act on the error, such as `{ endpoint, key, line }`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}
