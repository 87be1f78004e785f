import { createKllBuilder, type KllSketch } from "../../../shared/sketch/kll.ts";

/** The sketch of these numbers, without error up to twice k of them. */
export function sketchOf(values: readonly number[], k = 4096): KllSketch {
  const builder = createKllBuilder(k);
  for (const value of values) builder.addWeighted(value, 1);
  return builder.finish();
}
