import { describe, expect, it } from "vitest";
import { captureSource } from "../../../shared/contracts/capture-source.ts";

const PREFIXES = [
  { endpoint: "churn", capture: "s3://plumbline/captures/churn" },
  { endpoint: "churn-eu", capture: "s3://plumbline/captures/churn-eu/" },
  { endpoint: "plain", capture: "s3://others/data-capture" },
  { endpoint: "nested", capture: "s3://others/data-capture/nested" },
  { endpoint: "shared-a", capture: "s3://shared/model-monitor" },
  { endpoint: "shared-b", capture: "s3://shared/model-monitor" },
  { endpoint: "whole", capture: "s3://whole-bucket" },
];

const HOUR = "2026/01/15/10/20-48-871-0b7bfd33.jsonl";
const hourMillis = Date.parse("2026-01-15T10:00:00Z");

describe("captureSource", () => {
  it.each([
    ["plumbline", `captures/churn/AllTraffic/${HOUR}`, "churn", "AllTraffic"],
    ["plumbline", `captures/churn-eu/slot-a/${HOUR}`, "churn-eu", "slot-a"],
    ["plumbline", `captures/churn/blue/${HOUR}.gz`, "churn", "blue"],
    ["others", `data-capture/${HOUR}`, "plain", "AllTraffic"],
    ["others", `data-capture/nested/${HOUR}`, "nested", "AllTraffic"],
    ["shared", `model-monitor/shared-b/blue/${HOUR}`, "shared-b", "blue"],
    ["whole-bucket", `whole/green/${HOUR}`, "whole", "green"],
  ])("finds whose capture %s/%s is", (bucket, key, endpoint, variant) => {
    expect(captureSource({ bucket, key }, PREFIXES)).toEqual({
      ...{ kind: "capture", endpoint, variant, hourMillis },
    });
  });

  it.each([
    "captures/churn/output/2026/01/15/10/0b7bfd33.json",
    "captures/churn/churn/output/2026/01/15/10/0b7bfd33.json",
  ])("knows the manifest of a batch transform's outputs: %s", (key) => {
    expect(captureSource({ bucket: "plumbline", key }, PREFIXES)).toEqual({
      ...{ kind: "batch-manifest", endpoint: "churn", variant: "AllTraffic", hourMillis },
    });
  });

  it.each([
    ["plumbline", "captures/churn/input/2026/01/15/10/0b7bfd33.json", "not-a-capture"],
    ["plumbline", `captures/nobody/AllTraffic/${HOUR}`, "unknown-endpoint"],
    ["elsewhere", `captures/churn/AllTraffic/${HOUR}`, "unknown-endpoint"],
    ["shared", `model-monitor/shared-c/blue/${HOUR}`, "unknown-endpoint"],
    ["plumbline", "captures/churn/readme.txt", "not-a-capture"],
    ["plumbline", "captures/churn/AllTraffic/2026/01/15/10/x.csv", "not-a-capture"],
    ["plumbline", "captures/churn/AllTraffic/2026/13/45/10/x.jsonl", "not-a-capture"],
    ["plumbline", `captures/churn/a/b/c/${HOUR}`, "not-a-capture"],
  ])("says why %s/%s is none of ours", (bucket, key, kind) => {
    const source = captureSource({ bucket, key }, PREFIXES);
    expect(source).toEqual({
      kind,
      explanation: expect.stringContaining(`s3://${bucket}/${key}: `),
    });
  });

  it("knows nobody's captures without definitions", () => {
    const object = { bucket: "plumbline", key: `captures/churn/AllTraffic/${HOUR}` };
    expect(captureSource(object, []).kind).toBe("unknown-endpoint");
  });
});
