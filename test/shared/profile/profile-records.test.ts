import { describe, expect, it } from "vitest";
import { profileRecords } from "../../../shared/profile/profile-records.ts";
import type { ColumnState } from "../../../shared/sketch/column-state.ts";
import { parseNumber } from "../../../shared/sketch/value-type.ts";
import { createRandom, ENCODINGS, type LineTruth, randomLine } from "./capture-lines.ts";
import { type NaiveShape, naiveColumns, naiveProfiles } from "./naive-profile.ts";

async function* inChunks(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const profileOf = (truths: readonly LineTruth[]) =>
  profileRecords(inChunks(Buffer.from(truths.map(({ line }) => `${line}\n`).join("")), 65_536));

/** Everything that is not a sketch of its own making is equal; the sketches keep their promises. */
function expectSameColumn(actual: ColumnState, expected: ColumnState, texts: readonly string[]) {
  expect(actual.kind).toBe(expected.kind);
  expect(actual.types).toEqual(expected.types);
  if (actual.kind === "exact" || expected.kind === "exact") {
    expect(actual).toEqual(expected);
    return;
  }
  expect(actual.distinct).toEqual(expected.distinct);
  const { m2, ...exactMoments } = actual.moments;
  const { m2: expectedM2, ...expectedMoments } = expected.moments;
  expect({ ...exactMoments, sumLow: 0 }).toEqual({ ...expectedMoments, sumLow: 0 });
  expect(Math.abs(m2 - expectedM2)).toBeLessThanOrEqual(1e-12 * expectedM2);
  expectRanks(actual, texts);
  expectFrequent(actual, texts);
}

function expectRanks(
  { quantiles }: Extract<ColumnState, { kind: "sketched" }>,
  texts: readonly string[],
) {
  const numbers = Float64Array.from(
    texts.map(parseNumber).filter((number) => number !== null),
  ).sort();
  expect(quantiles.count).toBe(numbers.length);
  const weighted = quantiles.levels.flatMap((items, level) =>
    [...items].map((item) => [item, 2 ** level] as const),
  );
  weighted.sort(([a], [b]) => a - b);
  let [estimate, rank] = [0, 0];
  for (const [item, weight] of weighted) {
    while (rank < numbers.length && numbers[rank]! <= item) rank += 1;
    estimate += weight;
    if (estimate > rank) expect(estimate - rank).toBeLessThanOrEqual(quantiles.overcount);
  }
  expect(estimate).toBe(numbers.length);
}

function expectFrequent(
  { frequent }: Extract<ColumnState, { kind: "sketched" }>,
  texts: readonly string[],
) {
  const counts = new Map<string, number>();
  for (const text of texts) {
    if (parseNumber(text) === null) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  expect(frequent.undercount).toBeLessThanOrEqual(total / 513);
  for (const [text, count] of counts) {
    const kept = frequent.counts.get(text) ?? 0;
    expect(kept).toBeLessThanOrEqual(count);
    expect(kept + frequent.undercount).toBeGreaterThanOrEqual(count);
  }
}

async function expectNaive(truths: readonly LineTruth[]) {
  const { profiles, counts, quarantined } = await profileOf(truths);
  const expected = naiveProfiles(truths);
  expect(quarantined).toEqual([]);
  expect(counts.lineCount).toBe(truths.length);
  expect(counts.recordCount).toBe(truths.length);
  expect([...profiles.keys()]).toEqual([...expected.keys()].sort((a, b) => a - b));
  for (const [hour, naive] of expected) {
    const profile = profiles.get(hour)!;
    expect(profile.recordCount).toBe(naive.recordCount);
    expect(profile.rowCount).toBe(naive.rowCount);
    expect(profile.firstInferenceMillis).toBe(naive.first);
    expect(profile.lastInferenceMillis).toBe(naive.last);
    expect([...profile.shapes.keys()].sort()).toEqual([...naive.shapes.keys()].sort());
    for (const [name, shape] of naive.shapes) {
      const actual = profile.shapes.get(name)!;
      expect(actual.rowCount).toBe(shape.rowCount);
      expectSameShape(actual.columns, shape);
    }
  }
}

function expectSameShape(actual: ReadonlyMap<string, ColumnState>, shape: NaiveShape) {
  expect([...actual.keys()].sort()).toEqual([...shape.texts.keys()].sort());
  for (const [id, expected] of naiveColumns(shape)) {
    expectSameColumn(actual.get(id)!, expected, shape.texts.get(id)!);
  }
}

describe("profileRecords", () => {
  const pairs = ENCODINGS.flatMap((input) => ENCODINGS.map((output) => ({ input, output })));

  it.each(pairs)("profiles as a naive reader does: $input in, $output out", async (pair) => {
    const random = createRandom(ENCODINGS.indexOf(pair.input) * 7 + ENCODINGS.indexOf(pair.output));
    const options = {
      inputs: { columns: 16, encoding: pair.input },
      outputs: { columns: 1 + random(3), encoding: pair.output },
      maxRows: 1 + random(3),
      hours: 1,
    };
    await expectNaive(Array.from({ length: 1500 }, () => randomLine(random, options)));
  });

  it("profiles many rows through sketches that fill and prune", async () => {
    const random = createRandom(77);
    const options = {
      inputs: { columns: 8, encoding: "CSV" as const },
      outputs: { columns: 1, encoding: "CSV" as const },
      maxRows: 4,
      hours: 1,
    };
    await expectNaive(Array.from({ length: 12_000 }, () => randomLine(random, options)));
  });

  it("keeps hours, shapes and sides apart, in whatever order they come", async () => {
    const random = createRandom(3);
    const truths = Array.from({ length: 4000 }, () => {
      const encoding = ENCODINGS[random(ENCODINGS.length)]!;
      const inputs = random(10) === 0 ? null : { columns: 2 + random(3), encoding };
      const outputs = inputs !== null && random(10) === 0 ? null : { columns: 1, encoding };
      return randomLine(random, { inputs, outputs, maxRows: 2, hours: 5 });
    });
    await expectNaive(truths);
  });
});
