import type { TrainingColumn } from "../contracts/self-healing/training-set.ts";
import type { Statistics } from "../contracts/statistics-file.ts";
import { suggestBaseline } from "../drift/suggest-baseline.ts";
import { profileTable } from "../profile/profile-records.ts";
import type { FileBytes } from "./training-file.ts";

/**
 * Model Monitor's statistics of the rows that a model was trained on, inputs alone.
 *
 * @param inputs CSV rows without header, one at least
 */
export async function inputStatistics(
  inputs: FileBytes,
  columns: readonly TrainingColumn[],
): Promise<Statistics> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield* inputs;
  }
  const { profile } = await profileTable(chunks(), { kind: "csv", header: false });
  return suggestBaseline(
    profile,
    columns.map(({ name }) => name),
  ).statistics;
}
