import { createTarGzip } from "nanotar";
import type { LogisticModel } from "./model.ts";

/**
 * The artefact as SageMaker takes it: `model.json`, and what else its container reads, in a
 * `model.tar.gz`, the same bytes each time.
 */
export async function packModel(
  model: LogisticModel,
  others: Readonly<Record<string, object>> = {},
): Promise<Uint8Array> {
  const files = Object.entries({ "model.json": model, ...others }).map(([name, content]) => ({
    name,
    data: `${JSON.stringify(content, null, 1)}\n`,
  }));
  return await createTarGzip(files, { attrs: { mtime: 0 } });
}
