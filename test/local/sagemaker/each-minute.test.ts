import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { eachMinute } from "../../../local/sagemaker/each-minute.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-01-15T10:00:45.500Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("eachMinute", () => {
  it("works at each full minute until it is stopped, whether the work succeeds or not", async () => {
    const times: string[] = [];
    const stop = eachMinute(async () => {
      times.push(new Date().toISOString().slice(14));
      throw new Error("nobody listens");
    });
    await vi.advanceTimersByTimeAsync(14_499);
    expect(times).toEqual([]);
    await vi.advanceTimersByTimeAsync(130_000);
    expect(times).toEqual(["01:00.000Z", "02:00.000Z", "03:00.000Z"]);
    stop();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(times).toHaveLength(3);
  });

  it("does not begin again before the work has ended, nor after it was stopped meanwhile", async () => {
    let begun = 0;
    const work = Promise.withResolvers<void>();
    const stop = eachMinute(() => {
      begun++;
      return work.promise;
    });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(begun).toBe(1);
    stop();
    work.resolve();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(begun).toBe(1);
  });
});
