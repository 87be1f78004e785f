import { sha256Of } from "../window/fold.ts";

const ENDPOINT_LENGTH_MAX = 40;
const HASH_LENGTH = 10;

/**
 * The id of a run: the same incident and attempt give the same one, so that a run is started once however
 * often it is asked for. At most 51 characters, as names of SageMaker's resources are made of it.
 */
export function runId(endpoint: string, incident: string, attempt: number): string {
  const hash = shortHash([endpoint, incident, String(attempt)]);
  return `${endpoint.slice(0, ENDPOINT_LENGTH_MAX)}-${hash}`;
}

/** The id of what the given texts say; a run that a person asks for has the request in its place. */
export function incidentId(endpoint: string, ...texts: readonly string[]): string {
  return shortHash([endpoint, ...texts]);
}

function shortHash(texts: readonly string[]): string {
  return sha256Of(JSON.stringify(texts)).slice(0, HASH_LENGTH);
}
