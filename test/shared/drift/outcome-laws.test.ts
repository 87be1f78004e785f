import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConstraints } from "../../../shared/contracts/constraints-codec.ts";
import { parseStatistics } from "../../../shared/contracts/statistics-codec.ts";
import { parseViolations } from "../../../shared/contracts/violations-file.ts";
import {
  checkDataQuality,
  type DataQualityFinding,
} from "../../../shared/drift/check-data-quality.ts";
import { dataQualityFiles } from "../../../shared/drift/data-quality-files.ts";
import { suggestBaseline } from "../../../shared/drift/suggest-baseline.ts";
import { foldProfiles } from "../../../shared/profile/merge.ts";
import type { Profile, ShapeProfile } from "../../../shared/profile/profile.ts";
import type { ColumnState } from "../../../shared/sketch/column-state.ts";
import { type Columns, profileOf, texts } from "./profiles.ts";

const NAMES = ["score", "age", "plan"];
const clean = (count: number): Columns => ({
  o0: texts(count, (i) => `0.${(i * 37) % 1000}`),
  i0: texts(count, (i) => String(20 + (i % 50))),
  i1: texts(count, (i) => ["a", "b", "c"][i % 3]!),
});
const baseline = suggestBaseline(profileOf({ "1+2": clean(900) }), NAMES);

const check = (profile: Profile, minimumRows = 1): DataQualityFinding =>
  checkDataQuality({
    baseline,
    profile,
    options: { columns: "outputs-and-inputs", minimumRows },
  });

const BADNESS = { passed: 0, inconclusive: 1, violated: 2 } as const;
const badness = (columns: Columns): number =>
  BADNESS[check(profileOf({ "1+2": columns })).result.outcome.outcome];

const inputs = { baseline: [], captures: [], codeVersion: "1.0.0" };
const filesOf = (profile: Profile): string =>
  JSON.stringify([...dataQualityFiles(check(profile), inputs)]);

describe("a verdict", () => {
  const ROWS = 300;
  /** Spoils the first `share` of the values; what is spoiled at a lower share stays spoiled. */
  const spoilers: Record<string, (share: number) => Columns> = {
    "missing values": (share) => ({ i0: spoil(clean(ROWS).i0!, share, () => null) }),
    "a new type": (share) => ({ i0: spoil(clean(ROWS).i0!, share, () => "n/a") }),
    "an unknown category": (share) => ({ i1: spoil(clean(ROWS).i1!, share, () => "z") }),
    "a scaled number": (share) => ({
      o0: spoil(clean(ROWS).o0!, share, (text) => String(Number(text) + 1000.5)),
    }),
  };

  it.each(Object.entries(spoilers))("never gets better with more of it: %s", (_, spoiled) => {
    expect(badness(clean(ROWS))).toBe(0);
    expect(badness({ ...clean(ROWS), ...spoiled(1) })).toBe(2);
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, (x, y) => {
        const less = badness({ ...clean(ROWS), ...spoiled(Math.min(x, y)) });
        const more = badness({ ...clean(ROWS), ...spoiled(Math.max(x, y)) });
        expect(more).toBeGreaterThanOrEqual(less);
      }),
      { numRuns: 60 },
    );
  });

  it("is never passed without a single measured feature, whatever the window", () => {
    const cell = fc.constantFrom(null, "", "1", "1.5", "a", "true");
    const row = fc.array(cell, { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (rows, n) => {
        const { result } = check(profileOfRows(rows), n);
        const measured = result.checks.filter(
          ({ outcome, observed, check }) =>
            outcome === "passed" && observed !== null && !check.endsWith("column_check"),
        );
        if (result.outcome.outcome === "passed") {
          expect(measured.length).toBeGreaterThan(0);
          expect(result.rowCount).toBeGreaterThanOrEqual(n);
        }
        expect(result.outcome.outcome === "violated").toBe(result.violationCount > 0);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the files", () => {
  it("are four, and only result.json tells the inputs", () => {
    const files = dataQualityFiles(check(profileOf({ "1+2": clean(30) })), {
      ...inputs,
      codeVersion: "only-here",
    });
    expect([...files.keys()]).toEqual([
      "statistics.json",
      "constraints.json",
      "constraint_violations.json",
      "result.json",
    ]);
    const telling = [...files].filter(([, text]) => text.includes("only-here"));
    expect(telling.map(([name]) => name)).toEqual(["result.json"]);
  });

  it("are read back as what was written, sums beyond the range of doubles included", () => {
    const huge = { ...clean(40), o0: texts(40, (i) => (i % 2 === 0 ? "1.5e308" : "1.25e308")) };
    const finding = check(profileOf({ "1+2": huge }));
    const files = dataQualityFiles(finding, inputs);
    expect(files.get("statistics.json")).toContain('"sum" : "Infinity"');
    expect(parseStatistics(files.get("statistics.json")!)).toEqual(finding.statistics);
    expect(parseConstraints(files.get("constraints.json")!)).toEqual(finding.constraints);
    expect(parseViolations(files.get("constraint_violations.json")!)).toEqual({
      violations: finding.violations,
    });
    expect(JSON.parse(files.get("result.json")!)).toEqual({ ...finding.result, inputs });
  });

  it("do not change by a byte when objects come in another order or twice", () => {
    const values = fc.array(fc.tuple(fc.nat(400), fc.nat(400), fc.nat(5)), {
      minLength: 1,
      maxLength: 150,
    });
    const objects = fc.array(values, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(objects, fc.infiniteStream(fc.nat()), (parts, random) => {
        const entries = parts.map((rows, index) => [`object-${index}`, objectOf(rows)] as const);
        const shuffled = [...entries, ...entries.slice(0, 2)]
          .map((entry) => ({ entry, place: random.next().value as number }))
          .sort((a, b) => a.place - b.place)
          .map(({ entry: [id, profile] }) => [id, withReversedMaps(profile)] as const);
        expect(filesOf(foldProfiles(shuffled))).toBe(filesOf(foldProfiles(entries)));
      }),
      { numRuns: 60 },
    );
  });
});

function spoil(
  values: readonly (string | null)[],
  share: number,
  replace: (text: string) => string | null,
): (string | null)[] {
  const count = Math.round(share * values.length);
  return values.map((text, index) => (index < count ? replace(text ?? "") : text));
}

function profileOfRows(rows: readonly (readonly (string | null)[])[]): Profile {
  const byWidth = Map.groupBy(rows, (row) => row.length);
  const shapes = [...byWidth].map(([width, group]) => {
    const ids = Array.from({ length: width }, (_, i) => (i === 0 ? "o0" : `i${i - 1}`));
    const columns = ids.map((id, place) => [id, group.map((row) => row[place]!)] as const);
    const shape = width === 0 ? "0+0" : `1+${width - 1}`;
    return [shape, Object.fromEntries(columns)] as const;
  });
  return profileOf(Object.fromEntries(shapes), { rowCount: rows.length, recordCount: rows.length });
}

function objectOf(rows: readonly (readonly [number, number, number])[]): Profile {
  return profileOf(
    {
      "1+2": {
        o0: rows.map(([score]) => `0.${score}`),
        i0: rows.map(([, age]) => String(age)),
        i1: rows.map(([, , plan]) => ["a", "b", "c", "d", "e", "f"][plan]!),
      },
      ...(rows.length % 2 === 0 ? { "1+1": { o0: ["1"], i0: ["2"] } } : {}),
    },
    {
      quarantinedCounts: new Map([
        ["not-json", rows.length],
        ["bad-encoding", 1],
      ]),
    },
  );
}

/** The same profile, its maps filled the other way round. */
function withReversedMaps(profile: Profile): Profile {
  const reversed = <K, V>(map: ReadonlyMap<K, V>): Map<K, V> => new Map([...map].reverse());
  const column = (state: ColumnState): ColumnState =>
    state.kind === "exact" ? { ...state, counts: reversed(state.counts) } : state;
  const shape = ({ rowCount, columns }: ShapeProfile): ShapeProfile => ({
    rowCount,
    columns: new Map([...reversed(columns)].map(([id, state]) => [id, column(state)])),
  });
  return {
    ...profile,
    quarantinedCounts: reversed(profile.quarantinedCounts),
    shapes: new Map([...reversed(profile.shapes)].map(([key, each]) => [key, shape(each)])),
  };
}
