import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import {
  readTrainingSet,
  type TrainingSetOptions,
} from "../../../local/logistic-regression/training-set.ts";

const file = (mediaType: string, body: string | Uint8Array) => ({
  name: "training",
  mediaType,
  body: typeof body === "string" ? Buffer.from(body) : body,
});
const read = (
  mediaType: string,
  body: string | Uint8Array,
  options: Partial<TrainingSetOptions> = {},
) => readTrainingSet([file(mediaType, body)], { labelColumn: "label", ...options });

const expected = {
  features: ["age", "calls"],
  rows: [Float64Array.of(41, 2), Float64Array.of(30, 5)],
  labels: [1, 0],
};

describe("readTrainingSet", () => {
  it("reads CSV with the label first", async () => {
    const features = ["age", "calls"];
    expect(await read("text/csv", '1,41,2\r\n0,"30",5\r\n', { features })).toEqual(expected);
    expect((await read("text/csv", "1,41,2")).features).toEqual(["feature_1", "feature_2"]);
  });

  it("reads JSON Lines by name or by position", async () => {
    const named = '{"label":true,"age":41,"calls":2}\n{"age":30,"label":0,"calls":5}';
    expect(await read("application/jsonlines", named)).toEqual(expected);
    const positional = '{"label":1,"features":[41,2]}\n{"label":0,"features":[30,5]}';
    const features = ["age", "calls"];
    expect(await read("application/jsonlines", positional, { features })).toEqual(expected);
  });

  it("reads Parquet by name, in the order asked for", async () => {
    const body = parquetWriteBuffer({
      columnData: [
        { name: "calls", data: [2, 5], type: "INT32" },
        { name: "churned", data: [1n, 0n], type: "INT64" },
        { name: "age", data: [41, 30], type: "DOUBLE" },
      ],
    });
    const options = { features: ["age", "calls"], labelColumn: "churned" };
    expect(await read("application/x-parquet", new Uint8Array(body), options)).toEqual(expected);
  });

  it("takes a missing value for the mean of its column", async () => {
    const { rows } = await read("text/csv", "1,1,7\n0,,7\n0,3,7");
    expect(rows.map((row) => [...row])).toEqual([
      [1, 7],
      [2, 7],
      [3, 7],
    ]);
  });

  it.each([
    {
      type: "text/csv",
      body: "1,old\n0,young",
      message: "feature_1: no row has a number: one must",
    },
    { type: "application/jsonlines", body: "7", message: "training: a line is no object" },
    { type: "image/png", body: "", message: /^training: image\/png: must be text\/csv,/ },
    { type: "application/x-parquet", body: "no parquet", message: /^training: / },
  ])("says what is wrong with $type", async ({ type, body, message }) => {
    await expect(read(type, body)).rejects.toThrow(message);
  });
});
