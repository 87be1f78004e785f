import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { crash, survey } from "../crash/crash.ts";
import type { CrashResult, Survey } from "../crash/journal.ts";
import { type CrashPoint, FAULTS, groupPoints, samplePoints } from "../crash/points.ts";
import { openWard, type Ward } from "../crash/ward.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

/** Of all crash points, which `npm run crash` tries; several in one run, where they do not end it. */
const SAMPLE = 20;
const TOGETHER = 4;
const seed = process.env["PLUMBLINE_TEST_SEED"] ?? "1";

let ward: Ward;
let found: Survey;
let sample: readonly CrashPoint[];
beforeAll(async () => {
  ward = await openWard();
  found = await survey(ward, "survey");
  sample = samplePoints(found.points, SAMPLE, seed);
  const { length } = found.points;
  const again = `npm run crash -- --sample ${SAMPLE} --together ${TOGETHER} --seed ${seed}`;
  console.log(`${length} crash points, ${SAMPLE} tried: ${again}`);
});
afterAll(() => ward.close());

it("finds every call of the run: it dies, is refused, throttled or cut off", () => {
  const calls = new Set(found.points.map(({ id }) => id.slice(0, id.lastIndexOf("/"))));
  expect(found.points).toHaveLength(calls.size * FAULTS.length);
  // Every function of the state machine and every one around it has calls that can fail.
  const functions = new Set(found.points.map(({ task }) => task.split(".")[0]));
  expect([...functions].sort()).toEqual([
    "conclude-run",
    "decide-retraining",
    "evaluate-challenger",
    "judge-canary",
    "prepare-training-set",
    "promote-canary",
    "record-approval",
    "register-model",
    "request-approval",
    "resume-execution",
    "roll-back-canary",
    "start-canary",
    "start-evaluation",
    "start-training",
  ]);
});

it("leaves one variant with all traffic, its capture on, no lock and a whole audit", async () => {
  const results: CrashResult[] = [];
  for (const points of groupPoints(sample, TOGETHER)) {
    results.push(...(await crash(ward, found, { points, name: seed })));
  }
  expect(results.filter(({ verdict }) => verdict === "failed")).toEqual([]);
  // Else nothing was struck: not every run makes every call, as events come as they come.
  expect(results.filter(({ verdict }) => verdict === "passed").length).toBeGreaterThan(SAMPLE / 2);
}, 600_000);
