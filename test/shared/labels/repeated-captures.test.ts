import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LabelJoin } from "../../../shared/labels/label-join.ts";
import { repeatedCaptures } from "../../../shared/labels/repeated-captures.ts";
import { captureLines } from "./random-lines.ts";

function joinOf(lines: readonly string[]): LabelJoin {
  const join = new LabelJoin("outputs");
  for (const line of lines) join.captures.push(Buffer.from(`${line}\n`));
  join.captures.end();
  return join;
}

/** Time and event id of the capture that counts, by id. */
function capturesOf(joins: readonly LabelJoin[], repeated: readonly ReadonlySet<string>[]) {
  const found = joins.flatMap((join, index) =>
    Array.from(join.entries(), (entry) =>
      repeated[index]?.has(entry.id())
        ? []
        : [[entry.id(), entry.inferenceMillis(), entry.eventId()] as const],
    ).flat(),
  );
  return found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

describe("repeatedCaptures", () => {
  it("leaves of several joins what one join of all their captures has", () => {
    fc.assert(
      fc.property(
        captureLines,
        fc.array(fc.nat(3), { minLength: 30, maxLength: 30 }),
        (lines, places) => {
          const joins = [0, 1, 2, 3].map((variant) =>
            joinOf(lines.filter((_, line) => places[line] === variant)),
          );
          const together = capturesOf([joinOf(lines)], []);
          expect(capturesOf(joins, repeatedCaptures(joins))).toEqual(together);
        },
      ),
    );
  });

  it("leaves a single join as it is", () => {
    expect(repeatedCaptures([joinOf([])])).toEqual([new Set()]);
    expect(repeatedCaptures([])).toEqual([]);
  });
});
