import type { Outcome } from "../shared/contracts/outcome.ts";

/** What the process says to the shell: 0 is a pass and nothing else. */
export const EXIT_CODE = { passed: 0, error: 1, violated: 2, inconclusive: 3 } as const;

/** Ends the command with the code of a check's outcome. */
export function setExitCode(outcome: Outcome): void {
  process.exitCode = EXIT_CODE[outcome.outcome];
}
