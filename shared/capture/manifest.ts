import * as z from "zod/mini";
import { MonitoringError } from "../contracts/monitoring-error.ts";

const manifest = z.array(z.union([z.looseObject({ prefix: z.string() }), z.string()]));

/**
 * The object addresses that a batch-transform capture manifest names: `[{"prefix": …}, "file.out",
 * …]`.
 *
 * @throws MonitoringError `invalid-manifest` when it is none
 */
export function readBatchManifest(text: string): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw invalid(text, "must be JSON", cause);
  }
  const found = manifest.safeParse(parsed);
  if (!found.success) throw invalid(text, "must be an array of a prefix and names", found.error);
  const uris: string[] = [];
  let prefix: string | null = null;
  for (const entry of found.data) {
    if (typeof entry !== "string") prefix = entry.prefix;
    else if (prefix === null) throw invalid(text, "must begin with a prefix");
    else uris.push(prefix + entry);
  }
  return uris;
}

function invalid(text: string, rule: string, cause?: unknown): MonitoringError {
  const message = `batch manifest: ${JSON.stringify(text.slice(0, 80))}: ${rule}`;
  return new MonitoringError("invalid-manifest", message, { cause });
}
