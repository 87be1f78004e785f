import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import validate from "asl-validator";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../statemachines", import.meta.url));

interface State {
  readonly Type: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly MaxAttempts?: number; readonly JitterStrategy?: string }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

interface Found {
  readonly name: string;
  readonly state: State;
  /** Whether a Map around it catches what it throws. */
  readonly isCaughtAround: boolean;
}

const definitionOf = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));
const catchesAll = ({ Catch = [] }: State): boolean =>
  Catch.some(({ ErrorEquals }) => ErrorEquals.includes("States.ALL"));

function statesOf(states: Readonly<Record<string, State>>, isCaughtAround = false): Found[] {
  return Object.entries(states).flatMap(([name, state]) => [
    { name, state, isCaughtAround },
    ...statesOf(state.ItemProcessor?.States ?? {}, catchesAll(state)),
  ]);
}

describe.each(readdirSync(folder))("%s", (file) => {
  const definition = definitionOf(file);
  const tasks = statesOf(definition.States).filter(({ state }) => state.Type === "Task");

  it("is valid, in JSONata", () => {
    const { isValid, errorsText } = validate(definition);
    expect({ isValid, errors: errorsText("\n") }).toEqual({ isValid: true, errors: "" });
    expect(definition.QueryLanguage).toBe("JSONata");
    expect(JSON.stringify(definition)).not.toContain("JSONPath");
  });

  it("limits the time of each task, and retries it at random moments", () => {
    expect(tasks.length).toBeGreaterThan(0);
    const wrong = tasks.filter(({ state: { TimeoutSeconds = 0, Retry = [] } }) => {
      const retried = Retry.filter(({ MaxAttempts }) => MaxAttempts !== 0);
      const jitters = retried.every(({ JitterStrategy }) => JitterStrategy === "FULL");
      return TimeoutSeconds === 0 || retried.length === 0 || !jitters;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it("catches what a task throws, unless it is the last word of a run", () => {
    const uncaught = tasks.filter(
      ({ state, isCaughtAround }) => !isCaughtAround && !catchesAll(state),
    );
    // What concludes a run has nowhere else to go: the sweep finds it.
    expect(uncaught.map(({ name }) => name).filter((name) => name !== "Conclude")).toEqual([]);
  });

  it("leaves no choice without a way", () => {
    const choices = statesOf(definition.States).filter(({ state }) => state.Type === "Choice");
    for (const { state } of choices) expect(state).toHaveProperty("Default");
  });

  it("has no two states of one name, and branches on values, never on names of errors", () => {
    const names = statesOf(definition.States).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const caught = statesOf(definition.States).flatMap(({ state }) =>
      (state.Catch ?? []).flatMap(({ ErrorEquals }) => ErrorEquals),
    );
    expect(caught.filter((name) => !/^States\.(?:ALL|Timeout)$/.test(name))).toEqual([]);
  });
});
