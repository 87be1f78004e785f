import type { IncidentCause } from "../contracts/self-healing/incident.ts";
import { sha256Of } from "../window/fold.ts";

/** A run asks once whether its version may go into service. */
export function approvalIdOf(run: string): string {
  return idOf(["approval", run]);
}

/** An incident asks once about the same causes; another cause is another question. */
export function reviewIdOf(incident: string, causes: readonly IncidentCause[]): string {
  return idOf(["review", incident, ...[...new Set(causes)].sort()]);
}

/** Who knows an id knows nothing: a link is signed. */
function idOf(parts: readonly string[]): string {
  return sha256Of(JSON.stringify(parts)).slice(0, 32);
}
