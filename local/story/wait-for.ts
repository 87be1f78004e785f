import { setTimeout as sleep } from "node:timers/promises";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";

const POLL_MILLIS = 100;

/**
 * Asks until there is an answer: what is deployed works by itself, and says so only by what it leaves.
 *
 * @throws MonitoringError `story-stuck` when there is none in time
 */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  limitSeconds = 60,
): Promise<T> {
  const deadline = Date.now() + limitSeconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) {
      throw new MonitoringError(
        "story-stuck",
        `waiting for ${what}: nothing after ${limitSeconds} s: the functions' logs say why ` +
          "(npm run local keeps the account up, aws logs tail reads them)",
      );
    }
    await sleep(POLL_MILLIS);
  }
}
