import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { definitionWith } from "../shared/window/sample-definition.ts";
import { type CaptureStep, HOURS, QualityWindows, START } from "./quality-windows.ts";

// A client that asks again under the same id: at another hour, of another variant, in a later window.

const definition = definitionWith({
  checks: "  modelQuality: { every: PT2H, minimumLabels: 1 }\nlabels: { expectedWithin: PT1H }\n",
});
const END = START + 8 * HOUR_MILLIS;
const IDS = 6;

let account: QualityWindows;
beforeEach(() => {
  account = new QualityWindows(definition);
});
afterEach(() => account.close());

interface Request {
  readonly id: number;
  readonly variant: "blue" | "green";
  readonly minute: number;
  /** Says what the model answers. */
  readonly row: number;
}

/** Requests of a variant, cut into objects at the given places; an object may reach beyond its hour. */
function objectsOf(requests: readonly Request[], cuts: readonly number[]): CaptureStep[] {
  return (["blue", "green"] as const).flatMap((variant) => {
    const own = requests.filter((request) => request.variant === variant);
    const places = [...new Set([0, ...cuts.map((cut) => cut % (own.length + 1))])].sort(
      (a, b) => a - b,
    );
    return places.flatMap((start, index): CaptureStep[] => {
      const lines = own.slice(start, places[index + 1]).map(({ id, minute, row }) => {
        return { id: `r${id}`, millis: START + minute * 60_000, row };
      });
      if (lines[0] === undefined) return [];
      const hour = Math.floor((lines[0].millis - START) / HOUR_MILLIS);
      return [{ kind: "capture", variant, hour, name: `${variant}-${index}`, lines }];
    });
  });
}

async function finalBytesOf(steps: readonly CaptureStep[]): Promise<Record<string, string>> {
  account.restart();
  for (const step of steps) await account.perform(step);
  const labels = Array.from({ length: IDS }, (_, row) => ({ row, value: row % 2, minutes: 300 }));
  await account.perform({ kind: "labels", labels, name: "all", arrivedMillis: END });
  await account.perform({ kind: "check", atMillis: END });
  const files = { ...account.finalBytes(0), ...account.finalBytes(HOURS) };
  // It names the objects, which differ here.
  return Object.fromEntries(Object.entries(files).filter(([key]) => !key.endsWith("/result.json")));
}

const request: fc.Arbitrary<Request> = fc.record({
  id: fc.nat(IDS - 1),
  variant: fc.constantFrom("blue", "green"),
  minute: fc.nat(4 * 60 - 1),
  row: fc.nat(9),
});
const cuts = fc.array(fc.nat(20), { maxLength: 6 });

describe("a request that is repeated under its id", () => {
  it("gives the same bytes in whatever objects and order the captures come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(request, {
          minLength: 1,
          maxLength: 20,
          // Of one variant at one moment SageMaker's own ids would tell them apart.
          selector: ({ id, variant, minute }) => `${id} ${variant} ${minute}`,
        }),
        cuts,
        cuts,
        fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
        async (requests, once, again, keys) => {
          const shuffled = requests
            .map((each, index) => ({ each, key: keys[index]! }))
            .sort((a, b) => a.key - b.key)
            .map(({ each }) => each);
          const orderly = await finalBytesOf(objectsOf(requests, once));
          expect(await finalBytesOf(objectsOf(shuffled, again).reverse())).toEqual(orderly);
        },
      ),
      { numRuns: 60 },
    );
  });

  const at = (minute: number, variant: Request["variant"], row: number) =>
    objectsOf([{ id: 1, variant, minute, row }], [])[0]!;
  const mergedKeys = () => [...account.objects.keys()].filter((key) => key.startsWith("merged/"));

  it("counts once in a window, as the earliest of any hour and variant", async () => {
    // 0.37 is answered first, 0.74 by the other variant, and 0.11 an hour later.
    await finalBytesOf([at(70, "blue", 3), at(11, "green", 2), at(10, "blue", 1)]);
    const { coverage, metrics } = account.result(0);
    expect(coverage).toMatchObject({ recordCount: 1, labelledCount: 1 });
    expect(metrics.find(({ metric }) => metric === "brier_score")?.value).toBeCloseTo(
      0.63 ** 2,
      12,
    );
    expect(mergedKeys()).toEqual(["merged/churn/blue/2026/01/12/00/part-00000.c000.jsonl"]);
  });

  it("counts for each variant that answered, in the check of that variant", async () => {
    await finalBytesOf([at(10, "blue", 1), at(11, "green", 2)]);
    const windows = [...account.items].filter(([key]) => key.includes("T00:00:00Z#"));
    const variants = windows.map(([key]) => key.split("#").at(-1)).sort();
    expect(variants).toEqual(["_all", "blue", "green"]);
    for (const name of ["blue", "green"]) {
      const folder = `reports/churn/${name}/model-quality/20260112T0000Z--20260112T0200Z/r1/`;
      const text = account.objects.get(`${folder}result.json`)!;
      expect(JSON.parse(text).coverage).toMatchObject({ recordCount: 1, labelledCount: 1 });
    }
  });

  it("counts again in a later window, which follows from its own captures alone", async () => {
    await finalBytesOf([at(119, "blue", 1), at(120, "blue", 2)]);
    for (const hour of [0, HOURS]) {
      expect(account.result(hour).coverage).toMatchObject({ recordCount: 1, labelledCount: 1 });
    }
    expect(mergedKeys()).toHaveLength(2);
  });
});
