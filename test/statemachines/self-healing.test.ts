import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RUN_OUTCOMES } from "../../shared/contracts/self-healing/run.ts";

interface Rule {
  readonly Condition: string;
  readonly Next: string;
  readonly Output?: { readonly outcome: string };
}

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Output?: { readonly outcome: string };
  readonly Default?: string;
  readonly Choices?: readonly Rule[];
  readonly Resource?: string;
  readonly Arguments?: { readonly FunctionName: string; readonly Payload: object };
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly object[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Next: string;
    readonly Output: { readonly outcome: string };
  }[];
}

const file = new URL("../../statemachines/self-healing.asl.json", import.meta.url);
const machine: { StartAt: string; States: Record<string, State> } = JSON.parse(
  readFileSync(file, "utf8"),
);
const states = Object.entries(machine.States);
const tasks = states.filter(([, { Type }]) => Type === "Task");

const nextOf = (state: State): string[] =>
  [
    state.Next,
    state.Default,
    ...(state.Choices ?? []).map(({ Next }) => Next),
    ...(state.Catch ?? []).map(({ Next }) => Next),
  ].filter((name) => name !== undefined);

/** All states that a run may come to from one, itself included, by no way through some others. */
function reachable(from: string, without: readonly string[] = []): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name) || without.includes(name)) return;
    found.add(name);
    for (const next of nextOf(machine.States[name]!)) visit(next);
  };
  visit(from);
  return found;
}

/** From the first of these on the endpoint is another than it was. */
const FIRST_CHANGES = ["AddShadow", "DeployGuarded", "AddCandidate"];
const TIDYING = ["CleanUp"];

describe("the self-healing state machine", () => {
  it("comes to each of its states, and from each to an end", () => {
    expect([...reachable(machine.StartAt)].sort()).toEqual(states.map(([name]) => name).sort());
    const isEnd = ([, { Type }]: (typeof states)[number]) => ["Succeed", "Fail"].includes(Type);
    const ends = states.filter(isEnd).map(([name]) => name);
    expect(ends.sort()).toEqual(["Ended", "RollBackUnconfirmed"]);
    for (const [name] of states) expect(ends.some((end) => reachable(name).has(end))).toBe(true);
  });

  it("limits each task, and tries it again after random times, but not one that timed out", () => {
    for (const [name, { TimeoutSeconds, Retry }] of tasks) {
      expect({ name, TimeoutSeconds }).toEqual({ name, TimeoutSeconds: expect.any(Number) });
      expect(Retry).toEqual([
        { ErrorEquals: ["States.Timeout"], MaxAttempts: 0 },
        {
          ...{ ErrorEquals: ["States.ALL"], IntervalSeconds: 3, MaxAttempts: 6, BackoffRate: 2 },
          ...{ MaxDelaySeconds: 120, JitterStrategy: "FULL" },
        },
      ]);
    }
  });

  it("catches everything in one place, which depends on whether the endpoint was changed", () => {
    const before = reachable(machine.StartAt, FIRST_CHANGES);
    for (const [name, { Catch }] of tasks) {
      if (name === "Conclude") {
        expect(Catch).toBeUndefined();
        continue;
      }
      expect(Catch).toHaveLength(1);
      const [{ ErrorEquals, Next, Output }] = Catch as [NonNullable<typeof Catch>[number]];
      expect(ErrorEquals).toEqual(["States.ALL"]);
      if (TIDYING.includes(name)) expect(Next).toBe("IsCleanUpTriedAgain");
      else if (name === "RollBack") expect(Next).toBe("RollBackUnconfirmed");
      else {
        const keeps = before.has(name);
        expect({ name, Next }).toEqual({ name, Next: keeps ? "Conclude" : "RollBack" });
        expect(Output.outcome).toBe("failed");
      }
    }
  });

  it("concludes only with what a run can end as", () => {
    const outputs = states.flatMap(([, { Next, Output, Choices = [], Catch = [] }]) =>
      [{ Next, Output }, ...Choices, ...Catch].flatMap((way) =>
        way.Next === "Conclude" ? [way.Output?.outcome] : [],
      ),
    );
    expect([...new Set(outputs)].sort()).toEqual([...RUN_OUTCOMES].sort());
    const bare = states.filter(([, { Default }]) => Default === "Conclude");
    expect(bare).toEqual([]);
  });

  it("hands on ids and words only", () => {
    const names = tasks.flatMap(([, state]) => Object.keys(state.Arguments!.Payload));
    expect([...new Set(names)].sort()).toEqual([
      ...["action", "at", "attempt", "outcome", "reason", "run", "step", "taskToken"],
    ]);
  });

  it("gives a token to those tasks that wait, and to no other", () => {
    for (const [name, state] of tasks) {
      const waits = state.Resource!.endsWith(".waitForTaskToken");
      expect({ name, waits }).toEqual({ name, waits: "taskToken" in state.Arguments!.Payload });
    }
  });

  it("takes traffic back whatever a step of the rollout comes to but what it should", () => {
    const rollout = ["AddShadow", "BakeShadow", "DeployGuarded", "AddCandidate", "TestCandidate"];
    rollout.push("ShiftTraffic", "Bake", "ScaleCandidate", "TakeAllTraffic");
    for (const name of rollout) {
      const choice = machine.States[machine.States[name]!.Next!]!;
      expect({ name, choice }).toMatchObject({
        name,
        choice: { Type: "Choice", Default: "RollBack" },
      });
      expect(choice.Choices).toHaveLength(1);
    }
  });
});
