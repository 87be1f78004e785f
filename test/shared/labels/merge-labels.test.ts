import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPrediction } from "../../../shared/labels/captured-prediction.ts";
import { LabelJoin, WHOLE } from "../../../shared/labels/label-join.ts";
import { mergedOf, mergeLabels } from "../../../shared/labels/merge-labels.ts";
import { mergeSortedRuns } from "../../../shared/labels/merge-sorted-runs.ts";
import { captureLines, labelLines } from "./random-lines.ts";
import { referenceJoin } from "./reference-join.ts";

/** Lines cut into files, and files into chunks, at the given places. */
function filesOf(lines: readonly string[], cuts: readonly number[]): Uint8Array[][] {
  const [fileCut = 0, ...chunkCuts] = cuts;
  const at = lines.length === 0 ? 0 : fileCut % lines.length;
  return [lines.slice(0, at), lines.slice(at)].map((part) => {
    const bytes = Buffer.from(part.join("\n"));
    const places = chunkCuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
    return [0, ...places].map((start, index) => bytes.subarray(start, places[index]));
  });
}

const cuts = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 5 });
const shuffledTwice = <Value>(values: fc.Arbitrary<Value[]>) =>
  values.chain((list) =>
    fc.tuple(
      fc.constant(list),
      // Every line at least once, some again, in another order.
      fc
        .tuple(fc.shuffledSubarray(list, { minLength: list.length }), fc.shuffledSubarray(list))
        .map(([all, again]) => [...all, ...again]),
    ),
  );

describe("mergeLabels", () => {
  it("merges what a join by JSON.parse merges", () => {
    fc.assert(
      fc.property(captureLines, labelLines, cuts, (captures, labels, places) => {
        const merged = mergeLabels(filesOf(captures, places), filesOf(labels, places));
        const expected = referenceJoin(captures, labels);
        expect([...merged.hours]).toEqual([...expected.hours]);
        expect(merged.unmatchedLabels).toEqual(expected.unmatched);
      }),
      { numRuns: 500 },
    );
  });

  it("takes no capture of another time, so that none stands for one of the window", () => {
    const [fromMillis, toMillis] = ["10:00:01", "11:00:00"].map((time) =>
      Date.parse(`2026-01-15T${time}Z`),
    ) as [number, number];
    fc.assert(
      fc.property(captureLines, labelLines, (captures, labels) => {
        const join = new LabelJoin("records", WHOLE, { fromMillis, toMillis });
        for (const line of captures) join.captures.push(Buffer.from(`${line}\n`));
        join.captures.end();
        for (const line of labels) join.labels.push(Buffer.from(`${line}\n`));
        join.labels.end();
        const ofWindow = captures.filter((line) => {
          const read = readPrediction(line);
          if (typeof read === "string") return false;
          return read.inferenceMillis >= fromMillis && read.inferenceMillis < toMillis;
        });
        const expected = referenceJoin(ofWindow, labels);
        expect([...mergedOf(join).hours]).toEqual([...expected.hours]);
      }),
    );
  });

  it("gives the same bytes in any order, repetition and splitting", () => {
    fc.assert(
      fc.property(
        shuffledTwice(captureLines),
        shuffledTwice(labelLines),
        cuts,
        ([captures, otherCaptures], [labels, otherLabels], places) => {
          const once = mergeLabels(filesOf(captures, [0]), filesOf(labels, [0]));
          const again = mergeLabels(filesOf(otherCaptures, places), filesOf(otherLabels, places));
          expect([...again.hours]).toEqual([...once.hours]);
          expect(again.unmatchedLabels).toEqual(once.unmatchedLabels);
          const { labelIds, captureIds, matchedIds } = once.counts;
          expect(again.counts).toMatchObject({ labelIds, captureIds, matchedIds });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("gives the same lines in partitions, put together again", async () => {
    await fc.assert(
      fc.asyncProperty(
        captureLines,
        labelLines,
        fc.integer({ min: 1, max: 5 }),
        async (captures, labels, count) => {
          const files = [filesOf(captures, [0]), filesOf(labels, [0])] as const;
          const whole = mergeLabels(...files);
          const parts = Array.from({ length: count }, (_, index) =>
            mergeLabels(...files, { index, count }),
          );
          for (const [hour, text] of whole.hours) {
            const runs = parts.map((part) => part.hours.get(hour)?.split("\n").slice(0, -1) ?? []);
            const lines: string[] = [];
            for await (const { line } of mergeSortedRuns(runs)) lines.push(`${line}\n`);
            expect(lines.join("")).toBe(text);
          }
          const unmatched = parts.flatMap(({ unmatchedLabels }) => unmatchedLabels);
          expect(unmatched).toHaveLength(whole.unmatchedLabels.length);
        },
      ),
    );
  });

  it("keeps the same outputs whether it keeps records or not", () => {
    fc.assert(
      fc.property(captureLines, labelLines, (captures, labels) => {
        const [outputs, records] = (["outputs", "records"] as const).map((keep) => {
          const join = new LabelJoin(keep);
          for (const line of captures) join.captures.push(Buffer.from(`${line}\n`));
          join.captures.end();
          for (const line of labels) join.labels.push(Buffer.from(`${line}\n`));
          join.labels.end();
          return Array.from(join.entries(), (entry) => [
            entry.id(),
            entry.hasCapture && [entry.outputKind(), entry.outputText(), entry.inferenceMillis()],
            entry.hasLabel && entry.label(),
          ]);
        });
        expect(outputs).toEqual(records);
      }),
    );
  });

  it("writes the record that Model Monitor wrote", () => {
    const real = JSON.parse(
      readFileSync(
        new URL("../../samples/merged/endpoint_merged_record.json", import.meta.url),
        "utf8",
      ),
    );
    const { groundTruthData, ...capture } = real;
    const { inferenceId: eventId } = capture.eventMetadata;
    const label = { groundTruthData, eventMetadata: { eventId }, eventVersion: "0" };
    const { hours } = mergeLabels(
      [[Buffer.from(JSON.stringify(capture))]],
      [[Buffer.from(JSON.stringify(label))]],
    );
    const [[hour, text]] = [...hours] as [[number, string]];
    expect(new Date(hour).toISOString()).toBe("2023-01-19T06:00:00.000Z");
    expect(JSON.parse(text)).toEqual(real);
    expect(Object.keys(JSON.parse(text))).toEqual(Object.keys(real));
  });

  it("joins rows of batch-transform output by the id that SageMaker gave them", () => {
    const sample = readFileSync(
      new URL(
        "../../samples/capture/batch_transform_output_with_inference_id.jsonl",
        import.meta.url,
      ),
    );
    const id = "909383e8-fbe7-4667-8656-176b664409fb";
    const label = {
      groundTruthData: { data: "1", encoding: "CSV" },
      eventMetadata: { eventId: id },
    };
    const { hours, counts } = mergeLabels([[sample]], [[Buffer.from(JSON.stringify(label))]]);
    expect(counts).toMatchObject({ matchedIds: 1, rejectedCaptures: {} });
    const merged = JSON.parse([...hours.values()][0]!);
    expect(merged).toEqual({
      eventVersion: "0",
      groundTruthData: { data: "1", encoding: "CSV" },
      captureData: {
        batchTransformOutput: {
          data:
            '{"SageMakerOutput":{"predicted_label":0,"score":0.237941488623619},' +
            '"features":[49,2,96854,11,9,0,7,4,4,1,0,0,40,37]}',
          encoding: "JSON",
        },
      },
      eventMetadata: { eventId: id },
    });
  });

  it("says why lines were left out", () => {
    const { counts } = mergeLabels(
      [[Buffer.from('{}\n[]\nx\n{"captureData":{},"eventMetadata":{"eventId":"a"}}\n')]],
      [[Buffer.from('{"groundTruthData":{"data":"1","encoding":"XML"}}\n'), Buffer.of(0x22, 0xff)]],
    );
    expect(counts).toEqual({
      labelIds: 0,
      captureIds: 0,
      matchedIds: 0,
      repeatedLabels: 0,
      overruledLabels: 0,
      repeatedCaptures: 0,
      laterCaptures: 0,
      rejectedLabels: { "not-utf-8": 1, "unknown-encoding": 1 },
      rejectedCaptures: {
        "invalid-inference-time": 1,
        "invalid-json": 1,
        "no-capture-data": 1,
        "not-an-object": 1,
      },
    });
  });

  it("grows beyond its first table, and finds every id again", () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `id-${index * 7919}`);
    const join = new LabelJoin("outputs");
    for (const eventId of ids) {
      const label = { groundTruthData: { data: "1", encoding: "CSV" }, eventMetadata: { eventId } };
      join.labels.push(Buffer.from(`${JSON.stringify(label)}\n${JSON.stringify(label)}\n`));
    }
    join.labels.end();
    expect(join.counts()).toMatchObject({ labelIds: ids.length, repeatedLabels: ids.length });
    expect(Array.from(join.entries(), (entry) => entry.id())).toEqual(ids);
  });

  it.each([
    { index: 0, count: 0 },
    { index: 3, count: 3 },
    { index: 0.5, count: 2 },
  ])("refuses partition $index of $count", (partition) => {
    expect(() => new LabelJoin("outputs", partition)).toThrow(RangeError);
  });

  it("refuses to merge runs of what is no record", async () => {
    const lines = mergeSortedRuns([["{}"]]);
    await expect(lines.next()).rejects.toMatchObject({ code: "not-a-merged-record" });
  });
});
