import { describe, expect, it } from "vitest";
import { refuseLoops } from "../../../functions/loop-plugin.ts";
import { labelSource, overlapsOwnOutput } from "../../../shared/contracts/label-source.ts";

const BUCKET = "plumbline-prod";
const definitions = [
  { endpoint: "churn" },
  { endpoint: "price", labels: { prefix: "s3://company/ground-truth/price" } },
  { endpoint: "price-eu", labels: { prefix: "s3://company/ground-truth/price/eu/" } },
] as unknown as Parameters<typeof labelSource>[1];

const sourceOf = (uri: string) => {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri)!;
  return labelSource({ bucket: bucket!, key: key! }, definitions, BUCKET);
};

describe("labelSource", () => {
  it.each([
    [`s3://${BUCKET}/label-inbox/churn/a.jsonl`, "churn", "jsonl"],
    [`s3://${BUCKET}/label-inbox/churn/uploads/2026/01/15/10/a.jsonl.gz`, "churn", "jsonl.gz"],
    [`s3://${BUCKET}/label-inbox/price/a.parquet`, "price", "parquet"],
    ["s3://company/ground-truth/price/2026/01/15/10/a.jsonl", "price", "jsonl"],
    ["s3://company/ground-truth/price/eu/a.csv", "price-eu", "csv"],
  ])("%s holds labels of %s in %s", (uri, endpoint, format) => {
    expect(sourceOf(uri)).toEqual({ kind: "labels", endpoint, format });
  });

  it.each([
    [`s3://${BUCKET}/label-inbox/nobody/a.jsonl`, "unknown-endpoint"],
    [`s3://${BUCKET}/label-inbox/a.jsonl`, "unknown-endpoint"],
    ["s3://company/ground-truth/pricey/a.jsonl", "unknown-endpoint"],
    ["s3://other/ground-truth/price/a.jsonl", "unknown-endpoint"],
    [`s3://${BUCKET}/label-inbox/churn/a.xlsx`, "unknown-format"],
    [`s3://${BUCKET}/label-inbox/churn/a.csv.gz`, "unknown-format"],
    [`s3://${BUCKET}/ground-truth/churn/2026/01/15/10/a.jsonl`, "own-output"],
    [`s3://${BUCKET}/quarantine/churn/_labels/2026/01/15/10/a.jsonl`, "own-output"],
  ])("%s holds none: %s", (uri, kind) => {
    expect(sourceOf(uri)).toMatchObject({ kind, explanation: expect.stringContaining(uri) });
  });
});

describe("a prefix of labels", () => {
  it.each([
    ["", true],
    ["ground", true],
    ["ground-truth/", true],
    ["ground-truth/churn/", true],
    ["quarantine/churn/", true],
    ["profiles/", true],
    ["label-inbox/", false],
    ["labels/", false],
    ["ground-truths/", false],
  ])("%j overlaps what is written: %s", (key, overlaps) => {
    expect(overlapsOwnOutput({ bucket: BUCKET, key }, BUCKET)).toBe(overlaps);
    expect(overlapsOwnOutput({ bucket: "company", key }, BUCKET)).toBe(false);
  });

  const template = (names: string[], key: object[]) => ({
    Resources: {
      Bucket: { Properties: { BucketName: BUCKET } },
      ImportLabelsRule: {
        Properties: { EventPattern: { detail: { bucket: { name: names }, object: { key } } } },
      },
    },
  });

  it("that would make a loop is not packaged", () => {
    const inbox = { prefix: "label-inbox/" };
    expect(() => refuseLoops(template([BUCKET, "company"], [inbox]))).not.toThrow();
    const loops = [{ prefix: "ground-truth/" }, { prefix: "" }, { suffix: ".csv" }];
    for (const loop of loops) {
      expect(() => refuseLoops(template([BUCKET], [inbox, loop]))).toThrow(/must not overlap/);
      expect(() => refuseLoops(template(["company"], [loop]))).not.toThrow();
    }
  });
});
