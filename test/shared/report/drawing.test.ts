import { curveStepAfter, line } from "d3-shape";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompactPath } from "../../../shared/report/compact-path.ts";
import { numericAxis } from "../../../shared/report/numeric-axis.ts";
import {
  findWidestGap,
  quantileOf,
  readWeightedPoints,
  type WeightedPoints,
} from "../../../shared/report/weighted-points.ts";
import { numericFeature } from "./sample-report.ts";

const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 });

function pointsOf(sample: readonly number[]): WeightedPoints {
  return readWeightedPoints(numericFeature("x", sample).numerical_statistics)!;
}

function fractionAtOrBelow({ values, cumulativeFractions }: WeightedPoints, x: number): number {
  return cumulativeFractions[values.findLastIndex((value) => value <= x)] ?? 0;
}

describe("readWeightedPoints", () => {
  it("gives the empirical distribution of values that are kept as they are", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -55, max: 55 }), (sample, x) => {
        const share = sample.filter((value) => value <= x).length / sample.length;
        expect(fractionAtOrBelow(pointsOf(sample), x)).toBeCloseTo(share, 12);
      }),
    );
  });

  it("weighs an item of level i as 2^i values", () => {
    const { numerical_statistics: statistics } = numericFeature("x", [1]);
    const { buckets, sketch } = statistics!.distribution!.kll;
    const kll = { buckets, sketch: { ...sketch, data: [[3, 1], [], [2]] } };
    expect(readWeightedPoints({ ...statistics!, distribution: { kll } })).toEqual({
      values: [1, 2, 3],
      cumulativeFractions: [1 / 6, 5 / 6, 1],
      min: 1,
      max: 3,
    });
    const wider = { ...statistics!, min: -7, max: Number.NaN, distribution: { kll } };
    expect(readWeightedPoints(wider)).toMatchObject({ min: -7, max: 3 });
  });

  it("is null without a sketch, or without values in it", () => {
    expect(readWeightedPoints(undefined)).toBeNull();
    expect(pointsOf([])).toBeNull();
  });

  it("gives the quantile of the inverse distribution function", () => {
    const points = pointsOf([10, 20, 30, 40]);
    expect([0, 0.25, 0.26, 0.5, 1].map((p) => quantileOf(points, p))).toEqual([10, 10, 20, 20, 40]);
  });
});

describe("findWidestGap", () => {
  it("is the Kolmogorov–Smirnov distance, at a value where it occurs", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [baseline, window] = [pointsOf(a), pointsOf(b)];
        const gap = findWidestGap(baseline, window);
        const gapAt = (x: number) =>
          Math.abs(fractionAtOrBelow(baseline, x) - fractionAtOrBelow(window, x));
        const widest = Math.max(...[...a, ...b].map(gapAt));
        expect(Math.abs(gap.baselineFraction - gap.windowFraction)).toBe(widest);
        if (widest > 0) expect(gapAt(gap.value)).toBe(widest);
      }),
    );
  });
});

describe("numericAxis", () => {
  it("is linear until one sample would be a hairline", () => {
    const narrow = pointsOf(Array.from({ length: 100 }, (_, index) => index));
    const shifted = pointsOf(Array.from({ length: 100 }, (_, index) => index + 300));
    const scaled = pointsOf(Array.from({ length: 100 }, (_, index) => index * 1000));
    expect(numericAxis([narrow, shifted], 0, 600).logarithmic).toBe(false);
    const axis = numericAxis([narrow, scaled], 0, 600);
    expect(axis.logarithmic).toBe(true);
    expect(axis.toX(99) - axis.toX(0)).toBeGreaterThan(60);
  });

  it("keeps order and stays inside, whatever the values", () => {
    const any = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
    fc.assert(
      fc.property(any, any, (a, b) => {
        const axis = numericAxis([pointsOf(a), pointsOf(b)], 0, 600);
        const places = [...a, ...b].sort((x, y) => x - y).map(axis.toX);
        for (const [index, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual(-1e-6);
          expect(place).toBeLessThanOrEqual(600 + 1e-6);
          expect(place).toBeGreaterThanOrEqual((places[index - 1] ?? 0) - 1e-6);
        }
      }),
    );
  });
});

describe("CompactPath", () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 250 }));

  it("draws what d3 draws", () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 40 }), (points) => {
        const compact = new CompactPath();
        const shape = line<[number, number]>().curve(curveStepAfter);
        const absolute = shape(points)!;
        shape.context(compact as unknown as CanvasRenderingContext2D)(points);
        expect(cornersOf(compact.toString())).toEqual(cornersOf(absolute));
        expect(compact.toString().length).toBeLessThanOrEqual(absolute.length);
      }),
    );
  });

  it("merges a straight run into one piece", () => {
    const path = new CompactPath();
    path.moveTo(0, 10);
    for (const x of [10, 20, 30]) path.lineTo(x, 10.2);
    path.lineTo(40, 5);
    path.closePath();
    expect(path.toString()).toBe("M0,10h30l10-5z");
  });
});

/** The points where a path turns, in absolute coordinates. */
function cornersOf(path: string): [number, number][] {
  const points: [number, number][] = [];
  let [x, y] = [0, 0];
  for (const [, command, text] of path.matchAll(/([MLlhv])([^MLlhvz]*)/g)) {
    const [a = 0, b = 0] = [...text!.matchAll(/-?[\d.]+/g)].map(Number);
    if (command === "M" || command === "L") [x, y] = [a, b];
    else if (command === "l") [x, y] = [x + a, y + b];
    else if (command === "h") x += a;
    else y += a;
    const last = points.at(-1);
    if (last?.[0] !== x || last[1] !== y) points.push([x, y]);
  }
  return points.filter(([px, py], index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (before === undefined || after === undefined) return true;
    return !isBetween([px, py], before, after);
  });
}

function isBetween(
  [x, y]: [number, number],
  [x0, y0]: [number, number],
  [x1, y1]: [number, number],
): boolean {
  return y0 === y && y === y1 && (x - x0) * (x1 - x) >= 0;
}
