// How long a check takes from stored profiles, and whether a merge depends on the number of
// records.
import { performance } from "node:perf_hooks";
import { constraintsText, parseConstraints } from "../shared/contracts/constraints-codec.ts";
import { parseStatistics, statisticsText } from "../shared/contracts/statistics-codec.ts";
import { checkDataQuality } from "../shared/drift/check-data-quality.ts";
import { dataQualityFiles } from "../shared/drift/data-quality-files.ts";
import { type Baseline, suggestBaseline } from "../shared/drift/suggest-baseline.ts";
import { decodeProfile, encodeProfile } from "../shared/profile/codec.ts";
import { foldProfiles } from "../shared/profile/merge.ts";
import type { Profile } from "../shared/profile/profile.ts";
import { type ColumnState, columnFromTexts } from "../shared/sketch/column-state.ts";
import { emptyFrequentItems } from "../shared/sketch/frequent-items.ts";
import { hashNumber, hyperLogLogOf } from "../shared/sketch/hyperloglog.ts";
import { createKllBuilder } from "../shared/sketch/kll.ts";
import { momentsOf } from "../shared/sketch/moments.ts";

const RECORDS = 100_000;
const ROUNDS = 15;
/** Milliseconds that a check of so many features may take. */
const LIMITS: ReadonlyMap<number, number> = new Map([
  [25, 20],
  [200, 100],
  [1000, 500],
]);
/** Kinds of columns, in turn: seven of ten continuous, the others of few values. */
const KINDS = 10;

export interface CheckFigures {
  readonly features: number;
  readonly storedBytes: number;
  readonly baselineBytes: number;
  readonly decodeMillis: number;
  readonly checkMillis: number;
  readonly writeMillis: number;
  /** Reading the baseline's two files, which a function does once for all its windows. */
  readonly parseBaselineMillis: number;
  /** What `limitMillis` bounds: decoding the stored profile and checking it. */
  readonly totalMillis: number;
  /** The same in the first round, before the code was compiled. */
  readonly totalMillisFirst: number;
  readonly limitMillis: number;
}

export interface MergeFigures {
  readonly records: number;
  readonly mergeMillis: number;
}

export interface DriftFigures {
  readonly rounds: number;
  readonly checks: readonly CheckFigures[];
  readonly merges: readonly MergeFigures[];
  /** Merge time at the most records over that at the fewest. */
  readonly mergeRatio: number;
}

export function benchDrift(): DriftFigures {
  const columns = [columnsOf(1, RECORDS, KINDS), columnsOf(2, RECORDS, KINDS)] as const;
  const checks = [...LIMITS].map(([features, limitMillis]) =>
    measureCheck(columns, features, limitMillis),
  );
  const merges = [100_000, 10_000_000].map(measureMerge);
  const mergeRatio = merges.at(-1)!.mergeMillis / merges[0]!.mergeMillis;
  return { rounds: ROUNDS, checks, merges, mergeRatio };
}

/** The figures as a person reads them. */
export function driftTable({ checks, merges, mergeRatio }: DriftFigures): string {
  const lines = checks.map(
    (row) =>
      `${row.features} features`.padStart(14) +
      [row.decodeMillis, row.checkMillis, row.totalMillis, row.limitMillis, row.writeMillis]
        .map((millis) => millis.toFixed(1).padStart(9))
        .join("") +
      `${(row.storedBytes / 1e6).toFixed(2).padStart(9)} MB`,
  );
  const merged = merges.map(
    ({ records, mergeMillis }) =>
      `merge of 24 profiles, ${records} records each: ${mergeMillis.toFixed(1)} ms`,
  );
  return [
    "milliseconds (medians)  decode    check    total    limit    write   stored",
    ...lines,
    ...merged,
    `merge ratio: ${mergeRatio.toFixed(2)} for a hundred times the records`,
  ].join("\n");
}

function measureCheck(
  [before, now]: readonly [readonly ColumnState[], readonly ColumnState[]],
  features: number,
  limitMillis: number,
): CheckFigures {
  const names = Array.from({ length: features }, (_, index) => `feature_${index}`);
  const suggested = suggestBaseline(profileOf(before, features, RECORDS), names);
  const texts = {
    statistics: statisticsText(suggested.statistics),
    constraints: constraintsText(suggested.constraints),
  };
  const stored = encodeProfile(profileOf(now, features, RECORDS));
  const options = { columns: "outputs-and-inputs", minimumRows: 1 } as const;
  const inputs = { baseline: [], captures: [], codeVersion: "bench" };

  const rounds = Array.from({ length: ROUNDS }, () => {
    const [parseBaselineMillis, baseline] = timed(
      (): Baseline => ({
        statistics: parseStatistics(texts.statistics),
        constraints: parseConstraints(texts.constraints),
      }),
    );
    const [decodeMillis, profile] = timed(() => decodeProfile(stored));
    const [checkMillis, finding] = timed(() => checkDataQuality({ baseline, profile, options }));
    const [writeMillis] = timed(() => dataQualityFiles(finding, inputs));
    const totalMillis = decodeMillis + checkMillis;
    return { parseBaselineMillis, decodeMillis, checkMillis, writeMillis, totalMillis };
  });
  const median = (key: keyof (typeof rounds)[number]): number =>
    medianOf(rounds.map((round) => round[key]));
  return {
    features,
    storedBytes: stored.length,
    baselineBytes: Buffer.byteLength(texts.statistics) + Buffer.byteLength(texts.constraints),
    decodeMillis: median("decodeMillis"),
    checkMillis: median("checkMillis"),
    writeMillis: median("writeMillis"),
    parseBaselineMillis: median("parseBaselineMillis"),
    totalMillis: median("totalMillis"),
    totalMillisFirst: rounds[0]!.totalMillis,
    limitMillis,
  };
}

/** A day of hourly profiles of five features, folded into one window. */
function measureMerge(records: number): MergeFigures {
  const columns = columnsOf(3, records, 5);
  const stored = encodeProfile(profileOf(columns, columns.length, records));
  const hours = Array.from({ length: 24 }, (_, hour) => `hour-${hour}`);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const profiles = hours.map((hour) => [hour, decodeProfile(stored)] as const);
    return timed(() => foldProfiles(profiles))[0];
  });
  return { records, mergeMillis: medianOf(rounds) };
}

function profileOf(
  columns: readonly ColumnState[],
  features: number,
  recordCount: number,
): Profile {
  const ids = Array.from({ length: features }, (_, index) =>
    index === 0 ? "o0" : `i${index - 1}`,
  );
  const states = ids.map((id, index) => [id, columns[index % columns.length]!] as const);
  const shape = { rowCount: recordCount, columns: new Map(states) };
  return {
    recordCount,
    rowCount: recordCount,
    quarantinedCounts: new Map(),
    firstInferenceMillis: Date.UTC(2026, 0, 15, 10),
    lastInferenceMillis: Date.UTC(2026, 0, 15, 11) - 1,
    shapes: new Map([[`1+${features - 1}`, shape]]),
  };
}

function columnsOf(seed: number, records: number, kinds: number): ColumnState[] {
  const random = createXorshift(seed);
  return Array.from({ length: kinds }, (_, kind) => columnOf(kind, records, random));
}

function columnOf(kind: number, records: number, random: () => number): ColumnState {
  // The last three of ten: a flag, a small count, a category, all counted value by value.
  if (kind >= 7) {
    const some = Array.from({ length: Math.min(records, 20_000) }, () => random());
    if (kind === 7) return columnFromTexts(some.map((x) => (x < 0.3 ? "1" : "0")));
    if (kind === 8) return columnFromTexts(some.map((x) => String(Math.floor(x * 40))));
    return columnFromTexts(some.map((x) => `state-${Math.floor(x * 50)}`));
  }
  const builder = createKllBuilder();
  const sample = Float64Array.from({ length: 20_000 }, () => random() * 1000 * (kind + 1));
  for (let start = 0; start < records; start += 512) {
    const size = Math.min(512, records - start);
    const block = Float64Array.from({ length: size }, () => random() * 1000 * (kind + 1));
    builder.addSortedBlock(block.sort());
  }
  return {
    kind: "sketched",
    types: { integral: 0, fractional: records, boolean: 0, string: 0 },
    moments: { ...momentsOf(sample), count: records },
    quantiles: builder.finish(),
    frequent: emptyFrequentItems,
    distinct: hyperLogLogOf(Array.from(sample, (value) => hashNumber(value))),
  };
}

/** Uniform in [0, 1); the same seed gives the same numbers. */
function createXorshift(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function timed<T>(run: () => T): [millis: number, value: T] {
  const start = performance.now();
  const value = run();
  return [performance.now() - start, value];
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
