import { describe, expect, it } from "vitest";
import { emptyProfile } from "../../../shared/profile/merge.ts";
import type { Profile } from "../../../shared/profile/profile.ts";
import { listShapes, selectColumns } from "../../../shared/profile/select-columns.ts";
import { columnFromTexts, emptyColumn } from "../../../shared/sketch/column-state.ts";

type Shapes = Record<string, { rowCount: number; columns: Record<string, readonly string[]> }>;

function profileOf(shapes: Shapes): Profile {
  return {
    ...emptyProfile,
    shapes: new Map(
      Object.entries(shapes).map(([shape, { rowCount, columns }]) => [
        shape,
        {
          rowCount,
          columns: new Map(
            Object.entries(columns).map(([id, texts]) => [id, columnFromTexts(texts)]),
          ),
        },
      ]),
    ),
  };
}

const namesOf = (profile: Profile, names?: readonly string[]) =>
  selectColumns(profile, names === undefined ? {} : { names })?.columns.map(({ name }) => name);

describe("selectColumns", () => {
  it("lists positional columns, outputs first, named as Model Monitor names them", () => {
    const profile = profileOf({ "1+2": { rowCount: 3, columns: { i1: ["a"], o0: ["1", "2"] } } });
    expect(selectColumns(profile)).toEqual({
      shape: "1+2",
      rowCount: 3,
      columnCount: 3,
      isPositional: true,
      columns: [
        {
          id: "o0",
          name: "_c0",
          side: "output",
          state: columnFromTexts(["1", "2"]),
          missingCount: 1,
        },
        { id: "i0", name: "_c1", side: "input", state: emptyColumn, missingCount: 3 },
        { id: "i1", name: "_c2", side: "input", state: columnFromTexts(["a"]), missingCount: 2 },
      ],
      otherShapes: [],
    });
  });

  it("takes given names in the order of the columns, as far as they reach", () => {
    const profile = profileOf({ "1+3": { rowCount: 1, columns: {} } });
    expect(namesOf(profile, ["churn", "age", "plan"])).toEqual(["churn", "age", "plan", "_c3"]);
  });

  it("calls named columns by their key, and by their side where both have it", () => {
    const profile = profileOf({
      "*+*": { rowCount: 1, columns: { "i.score": [], "i.age": [], "o.score": [], "o.label": [] } },
    });
    expect(namesOf(profile)).toEqual(["label", "output.score", "age", "input.score"]);
  });

  it("orders the parts of nested keys by number where they are numbers", () => {
    const ids = ["i.x.10", "i.x.2", "i.x", "i.x.2.b", "i.a", "i.x.02"];
    const columns = Object.fromEntries(ids.map((id) => [id, []]));
    expect(namesOf(profileOf({ "-+*": { rowCount: 1, columns } }))).toEqual([
      "a",
      "x",
      "x.02",
      "x.2",
      "x.2.b",
      "x.10",
    ]);
  });

  it("gives names to the positional side alone when the other side has its own", () => {
    const profile = profileOf({
      "*+2": { rowCount: 1, columns: { "o.score": [], "o.label": [], i0: [], i1: [] } },
    });
    expect(namesOf(profile)).toEqual(["label", "score", "_c2", "_c3"]);
    expect(namesOf(profile, ["age", "plan"])).toEqual(["label", "score", "age", "plan"]);
    expect(selectColumns(profile)).toMatchObject({ isPositional: false, columnCount: 4 });
  });

  it("selects the shape with most rows and names the others", () => {
    const profile = profileOf({
      "1+2": { rowCount: 5, columns: {} },
      "1+3": { rowCount: 90, columns: {} },
      "1+-": { rowCount: 5, columns: {} },
    });
    expect(selectColumns(profile)).toMatchObject({ shape: "1+3", columnCount: 4 });
    expect(selectColumns(profile)?.otherShapes.map(({ shape }) => shape)).toEqual(["1+-", "1+2"]);
    expect(listShapes(profile)[1]).toEqual({
      shape: "1+-",
      rowCount: 5,
      columnCount: 1,
      isPositional: true,
    });
  });

  it("selects a shape that is asked for, and says when there is none", () => {
    const profile = profileOf({
      "1+2": { rowCount: 5, columns: {} },
      "1+3": { rowCount: 90, columns: {} },
    });
    expect(selectColumns(profile, { shape: "1+2" })).toMatchObject({ shape: "1+2", rowCount: 5 });
    expect(selectColumns(profile, { shape: "9+9" })).toBeNull();
    expect(selectColumns(emptyProfile)).toBeNull();
  });

  it("refuses a shape that is none", () => {
    const profile = profileOf({ "1x3": { rowCount: 5, columns: {} } });
    expect(() => selectColumns(profile)).toThrow('shape "1x3"');
  });
});
