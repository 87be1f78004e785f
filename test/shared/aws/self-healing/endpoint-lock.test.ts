import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  acquireLock,
  assertHolds,
  LEASE_MILLIS,
  readLock,
  releaseLock,
  renewLock,
} from "../../../../shared/aws/self-healing/endpoint-lock.ts";
import { MemoryTable } from "../../../functions/memory-table.ts";

let table: MemoryTable;
beforeEach(() => {
  table = new MemoryTable();
});
afterEach(() => table.close());

const NOW = Date.parse("2026-01-15T10:30:00Z");
const a = { endpoint: "churn", run: "churn-a" };
const b = { endpoint: "churn", run: "churn-b" };

describe("the lock of an endpoint", () => {
  it("is held by one run, which keeps its fence when it asks again", async () => {
    const leaseUntilMillis = NOW + LEASE_MILLIS;
    expect(await acquireLock(a, NOW)).toEqual({ run: "churn-a", fence: 1, leaseUntilMillis });
    expect(await acquireLock(b, NOW + 1)).toEqual({ run: "churn-a", fence: 1, leaseUntilMillis });
    expect(await acquireLock(a, NOW + 1)).toMatchObject({ run: "churn-a", fence: 1 });
    expect(await acquireLock({ ...b, endpoint: "other" }, NOW)).toMatchObject({ run: "churn-b" });
  });

  it("goes to another once released or its lease is over, with a higher fence", async () => {
    await acquireLock(a, NOW);
    await releaseLock({ ...a, fence: 1 });
    expect(await readLock("churn")).toEqual({ run: null, fence: 1, leaseUntilMillis: 0 });
    expect(await acquireLock(b, NOW)).toMatchObject({ run: "churn-b", fence: 2 });
    const late = NOW + LEASE_MILLIS + 1;
    expect(await acquireLock(a, late)).toMatchObject({ run: "churn-a", fence: 3 });
    await expect(assertHolds({ ...b, fence: 2 })).rejects.toMatchObject({ code: "lock-lost" });
    await expect(renewLock({ ...b, fence: 2 }, late)).rejects.toThrow('run "churn-b" with fence 2');
    await releaseLock({ ...b, fence: 2 });
    await assertHolds({ ...a, fence: 3 });
  });

  it("is another's for one who held it before under the same name", async () => {
    await acquireLock(a, NOW);
    await releaseLock({ ...a, fence: 1 });
    await acquireLock(a, NOW);
    await expect(assertHolds({ ...a, fence: 1 })).rejects.toMatchObject({ code: "lock-lost" });
    await assertHolds({ ...a, fence: 2 });
  });

  it("never has two holders, and its fence never falls, whatever runs do", async () => {
    const step = fc.record({
      run: fc.constantFrom("a", "b", "c"),
      act: fc.constantFrom("acquire", "release", "renew"),
      waitMillis: fc.constantFrom(1, 1_000, LEASE_MILLIS + 1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        table.items.clear();
        const fences = new Map<string, number>();
        let [nowMillis, highest] = [NOW, 0];
        for (const { run, act, waitMillis } of steps) {
          nowMillis += waitMillis;
          const holder = { endpoint: "churn", run, fence: fences.get(run) ?? 0 };
          if (act === "acquire") {
            const lock = await acquireLock(holder, nowMillis);
            if (lock.run === run) fences.set(run, lock.fence);
          } else if (act === "release") await releaseLock(holder);
          else await renewLock(holder, nowMillis).catch(() => {});
          const lock = await readLock("churn");
          if (lock === null) continue;
          expect(lock.fence).toBeGreaterThanOrEqual(highest);
          highest = lock.fence;
          const holds = await Promise.allSettled(
            [...fences].map(([name, fence]) => assertHolds({ ...holder, run: name, fence })),
          );
          const holding = holds.filter(({ status }) => status === "fulfilled");
          expect(holding).toHaveLength(lock.run === null ? 0 : 1);
        }
      }),
    );
  });
});
