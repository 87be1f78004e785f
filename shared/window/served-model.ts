import { ALL_VARIANTS } from "../contracts/check-name.ts";
import type { DeploymentRecord } from "../contracts/self-healing/run.ts";
import type { Window } from "./window.ts";

/**
 * The stretch of the deployment timeline that a window of a variant belongs to: the one that served
 * longest in it, of two equally long ones the earlier. So a window of all variants during a canary is the
 * champion's, and one in which a challenger was promoted is of whoever served the greater part of it.
 *
 * What came before the first stretch is what the first says: the timeline begins when it is first read.
 *
 * @param deployments oldest first
 * @returns null when nothing is known yet
 */
export function servedIn(
  deployments: readonly DeploymentRecord[],
  variant: string,
  window: Window,
): DeploymentRecord | null {
  const first = deployments[0];
  const own = deployments.filter((deployment) => deployment.variant === variant);
  const known = variant === ALL_VARIANTS || own.length === 0 ? deployments : own;
  let [longest, longestMillis] = [known[0] ?? null, 0];
  for (const deployment of known) {
    const fromMillis = deployment === first ? Number.NEGATIVE_INFINITY : millisOf(deployment.from);
    const toMillis = millisOf(deployment.to ?? null);
    const servedMillis =
      Math.min(toMillis, window.toMillis) - Math.max(fromMillis, window.fromMillis);
    if (servedMillis > longestMillis) [longest, longestMillis] = [deployment, servedMillis];
  }
  return longest;
}

/**
 * Where the baseline of a window lies: that of the version which served it. null for what Plumbline did
 * not deploy: that has the baseline that the definition names.
 */
export function servedBaseline(
  deployments: readonly DeploymentRecord[],
  variant: string,
  window: Window,
): string | null {
  const served = servedIn(deployments, variant, window);
  return served?.run === undefined ? null : served.baseline;
}

function millisOf(instant: string | null): number {
  return instant === null ? Number.POSITIVE_INFINITY : Date.parse(instant);
}
