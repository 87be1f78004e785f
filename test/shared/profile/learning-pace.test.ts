import { describe, expect, it } from "vitest";
import { LearningPace } from "../../../shared/profile/learning-pace.ts";

describe("LearningPace", () => {
  it("learns from the first line, and from the first of another hour", () => {
    const pace = new LearningPace();
    expect(pace.isDue(true)).toBe(true);
    pace.learned();
    pace.counted(100);
    expect(pace.isDue(true)).toBe(true);
  });

  it("gives a template up only after several misses in a row", () => {
    const pace = new LearningPace();
    pace.learned();
    const scattered = Array.from({ length: 10 }, () => {
      pace.counted(1);
      return pace.isDue(false);
    });
    expect(scattered).not.toContain(true);
    pace.counted(50);
    const inARow = Array.from({ length: 4 }, () => pace.isDue(false));
    expect(inARow).toEqual([false, false, false, true]);
  });

  it("learns ever more rarely while templates read nothing", () => {
    const pace = new LearningPace();
    let learnedCount = 0;
    for (let line = 0; line < 1_000_000; line++) {
      if (!pace.isDue(true)) continue;
      pace.learned();
      learnedCount += 1;
    }
    expect(learnedCount).toBeLessThan(300);
    pace.counted(1000);
    pace.learned();
    expect(pace.isDue(true)).toBe(true);
  });
});
