import { describe, expect, it } from "vitest";
import { profileTable } from "../../../shared/profile/profile-records.ts";
import { createKllBuilder, type KllSketch, mergeKll } from "../../../shared/sketch/kll.ts";
import { createRandom } from "./capture-lines.ts";

const BLOCK_VALUES = 4096;
const LEVEL = 3;

/** What the kernel is to build, by the builder that is proven elsewhere. */
function expectedSketch(values: Float64Array): KllSketch {
  const sampled = createKllBuilder();
  let at = 0;
  for (let turn = 0; at + BLOCK_VALUES <= values.length; turn ^= 1, at += BLOCK_VALUES) {
    const block = values.slice(at, at + BLOCK_VALUES).sort();
    const offset = 3 + turn;
    sampled.addSampledRun(
      block.filter((_, index) => index % 2 ** LEVEL === offset),
      LEVEL,
      offset,
    );
  }
  const rest = createKllBuilder();
  rest.addSortedBlock(values.slice(at).sort());
  return mergeKll(sampled.finish(), rest.finish());
}

const random = createRandom(2026);
const uniform = () => random(1e9) / 1e3 - 5e5;

/** Orders and spreads that are hard on a sort by distribution. */
const DATA: Record<string, (index: number) => number> = {
  uniform,
  ascending: (index) => index / 8,
  descending: (index) => -index / 8,
  periodic: (index) => index % 977,
  "two values beside noise": (index) => (index % 3 === 0 ? uniform() : index % 2),
  "a hundred magnitudes": () => 10 ** (random(100) - 50) * (random(1e6) + 1),
  "both signs of many magnitudes": () => (random(2) - 0.5) * 10 ** (random(600) / 2 - 150),
  "one far outlier a block": (index) => (index % 4096 === 7 ? 1e300 : random(1e6) / 1e6),
  "the ends of the range": (index) => (index % 2 === 0 ? 1.7e308 : -1.7e308) * (random(1e6) / 1e6),
  subnormal: () => random(1e6) * 5e-324,
  "neighbours of one": () => 1 + random(1000) * 2 ** -52,
};

describe("the kernel's quantiles", () => {
  it.each(Object.keys(DATA))("are the builder's, item for item: %s", async (name) => {
    // Enough for four levels and a rest.
    const values = Float64Array.from({ length: 60_000 }, (_, index) => DATA[name]!(index) + 0);
    async function* chunks() {
      yield Buffer.from(values.join("\n"));
    }
    const { profile } = await profileTable(chunks(), { kind: "csv", header: false });
    const column = profile.shapes.get("-+1")!.columns.get("i0")!;
    expect(column.kind === "sketched" && column.quantiles).toEqual(expectedSketch(values));
  });
});
