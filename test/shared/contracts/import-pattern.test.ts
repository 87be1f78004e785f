import { describe, expect, it } from "vitest";
import {
  coversPrefix,
  missingParameters,
  parseImportPattern,
} from "../../../shared/contracts/import-pattern.ts";
import { parseS3Uri } from "../../../shared/contracts/s3-uri.ts";

const pattern = parseImportPattern(
  JSON.stringify({
    source: ["aws.s3"],
    detail: {
      bucket: { name: ["ours", "theirs"] },
      object: { key: [{ prefix: "label-inbox/" }, { prefix: "truth/eu/" }] },
    },
  }),
);

describe("coversPrefix", () => {
  it.each([
    ["s3://ours/label-inbox/churn/", true],
    ["s3://theirs/truth/eu", true],
    ["s3://ours/truth/eu/churn", true],
    // Of a folder above the prefix a part alone would be read.
    ["s3://ours/truth/", false],
    ["s3://ours/truth/europe", false],
    ["s3://others/label-inbox/churn", false],
    ["s3://ours", false],
  ])("%s: %s", (uri, covered) => {
    expect(coversPrefix(pattern, parseS3Uri(uri))).toBe(covered);
  });

  it("lets through what a wildcard may let through, and not what a single key is", () => {
    const detail = { bucket: { name: ["ours"] }, object: { key: [{ wildcard: "*/labels/*" }] } };
    expect(coversPrefix({ detail }, parseS3Uri("s3://ours/x"))).toBe(true);
    const single = { ...detail, object: { key: ["x/a.csv"] } };
    expect(coversPrefix({ detail: single }, parseS3Uri("s3://ours/x"))).toBe(false);
  });
});

it("says which parameters to change, and to what", () => {
  expect(missingParameters("label", parseS3Uri("s3://theirs/truth"))).toBe(
    's3://theirs/truth/ is not read: labelBuckets must hold "theirs", labelPrefixes ' +
      '{ prefix: "truth/" } and labelObjects "arn:aws:s3:::theirs/truth/*" in the stage\'s ' +
      "parameters in serverless.yml; then deploy",
  );
});

it("refuses a pattern that is none of objects", () => {
  expect(() => parseImportPattern('{"detail":{}}')).toThrow("must name buckets and keys");
});
