import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareLabels, type Label, labelLine, readLabel } from "../../../shared/labels/label.ts";

const label: fc.Arbitrary<Label> = fc.record({
  id: fc.string({ minLength: 1, maxLength: 64, unit: "grapheme" }),
  data: fc.string({ minLength: 1 }).filter((text) => text.trim() !== ""),
  encoding: fc.constantFrom("CSV", "JSON"),
  labelMillis: fc.option(fc.integer({ min: 0, max: 4_102_444_800_000 })),
});

describe("readLabel", () => {
  it("reads what labelLine wrote", () => {
    fc.assert(
      fc.property(label, (written) => {
        expect(readLabel(labelLine(written))).toEqual(written);
      }),
    );
  });

  it("reads Model Monitor's line, whatever other keys it has", () => {
    const line =
      '{"groundTruthData":{"data":"1","encoding":"CSV"},"eventMetadata":' +
      '{"eventId":"74b0dd56-e7c8-368e-94b1-14a138a96000","inferenceTime":"{%s}"},"eventVersion":"0"}';
    expect(readLabel(line)).toEqual({
      id: "74b0dd56-e7c8-368e-94b1-14a138a96000",
      data: "1",
      encoding: "CSV",
      labelMillis: null,
    });
  });

  const good = {
    groundTruthData: { data: "1", encoding: "CSV" },
    eventMetadata: { eventId: "a", labelTime: "2026-01-15T10:00:00Z" },
  };

  it.each([
    ["invalid-json", "{"],
    ["not-an-object", "[]"],
    ["no-ground-truth-data", JSON.stringify({ ...good, groundTruthData: "1" })],
    ["invalid-data", JSON.stringify({ ...good, groundTruthData: { data: 1, encoding: "CSV" } })],
    ["invalid-data", JSON.stringify({ ...good, groundTruthData: { data: " ", encoding: "CSV" } })],
    ["unknown-encoding", JSON.stringify({ ...good, groundTruthData: { data: "1" } })],
    ["no-event-id", JSON.stringify({ ...good, eventMetadata: { eventId: "" } })],
    ["no-event-id", JSON.stringify({ groundTruthData: good.groundTruthData })],
    ["id-too-long", JSON.stringify({ ...good, eventMetadata: { eventId: "x".repeat(1025) } })],
    [
      "invalid-label-time",
      JSON.stringify({
        ...good,
        eventMetadata: { eventId: "a", labelTime: "2026-02-30T00:00:00Z" },
      }),
    ],
  ])("says %s of %s", (reason, line) => {
    expect(readLabel(line)).toBe(reason);
  });
});

describe("compareLabels", () => {
  it("orders all labels of an inference: one stands, whatever comes first", () => {
    fc.assert(
      fc.property(fc.array(label, { minLength: 2, maxLength: 6 }), (labels) => {
        const standing = (list: readonly Label[]) =>
          list.reduce((best, other) => (compareLabels(other, best) > 0 ? other : best));
        const [first, second] = [standing(labels), standing(labels.toReversed())];
        expect(compareLabels(first, second)).toBe(0);
        for (const other of labels) expect(compareLabels(first, other)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("lets the last time stand, and any time above none", () => {
    const at = (labelMillis: number | null): Label => ({
      id: "a",
      data: String(labelMillis),
      encoding: "CSV",
      labelMillis,
    });
    expect(compareLabels(at(2), at(1))).toBeGreaterThan(0);
    expect(compareLabels(at(0), at(null))).toBeGreaterThan(0);
  });
});
