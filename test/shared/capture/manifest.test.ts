import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readBatchManifest } from "../../../shared/capture/manifest.ts";

const sample = new URL("../../samples/capture/batch_output_manifest.json", import.meta.url);

describe("readBatchManifest", () => {
  it("names the objects of a real manifest", () => {
    expect(readBatchManifest(readFileSync(sample, "utf8"))).toEqual([
      "s3://sagemaker-us-west-2-000000000000/sagemaker/DEMO-ClarifyModelMonitor-1674264462-cc75/" +
        "transform-output/test-dataset.jsonl.out",
    ]);
  });

  it("puts the last prefix before every name", () => {
    const text = '[{"prefix":"s3://a/"},"x","y/z",{"prefix":"s3://b/"},"x"]';
    expect(readBatchManifest(text)).toEqual(["s3://a/x", "s3://a/y/z", "s3://b/x"]);
  });

  it.each([
    ["no JSON", "["],
    ["no array", '{"prefix":"s3://a/"}'],
    ["an entry of another kind", '[{"prefix":"s3://a/"},7]'],
    ["a prefix that is no text", '[{"prefix":7},"x"]'],
    ["names without a prefix", '["x"]'],
  ])("refuses %s", (_why, text) => {
    expect(() => readBatchManifest(text)).toThrow(
      expect.objectContaining({ name: "MonitoringError", code: "invalid-manifest" }),
    );
  });
});
