import { describe, expect, it } from "vitest";
import { applyFilter } from "../../../local/sagemaker/jobs/data-filter.ts";

describe("applyFilter", () => {
  it.each([
    { path: "$", value: ["a", "b", "c", "d"] },
    { path: "$[0]", value: "a" },
    { path: "$[-1]", value: "d" },
    { path: "$[1:]", value: ["b", "c", "d"] },
    { path: "$[:-1]", value: ["a", "b", "c"] },
    { path: "$[1:3]", value: ["b", "c"] },
    { path: "$[0,-1]", value: ["a", "d"] },
  ])("takes $path of a CSV line", ({ path, value }) => {
    expect(applyFilter(["a", "b", "c", "d"], path)).toEqual(value);
  });

  const record = { id: 7, row: { features: [1, 2] }, SageMakerOutput: { probability: 0.5 } };

  it.each([
    { path: "$.row.features", value: [1, 2] },
    { path: "$['row']['features'][0]", value: 1 },
    { path: "$['id', 'SageMakerOutput']", value: { id: 7, SageMakerOutput: { probability: 0.5 } } },
  ])("takes $path of a JSON line", ({ path, value }) => {
    expect(applyFilter(record, path)).toEqual(value);
  });

  it.each([
    { path: "id", message: "must be made of names" },
    { path: "$[?(@.id)]", message: "must be made of names" },
    { path: "$.nothing", message: '"nothing": the record has no such part' },
    { path: "$.id[1:]", message: '"1:": the record has no such part' },
    { path: "$.row.features[2]", message: '"2": the record has no such part' },
  ])("refuses $path", ({ path, message }) => {
    expect(() => applyFilter(record, path)).toThrow(message);
  });
});
