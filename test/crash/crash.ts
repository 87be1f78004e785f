import { followRun } from "./follow-run.ts";
import { examine, type UndisturbedRun } from "./invariants.ts";
import type { CrashResult, Survey } from "./journal.ts";
import { type CrashPoint, crashPoints, SCENARIOS, type Scenario } from "./points.ts";
import { discharge, type Ward } from "./ward.ts";

/** After so many tries to come to a call that not every run makes. */
const TRIES = 3;

/**
 * Finds all calls of a run that heals and of one that is rolled back, by letting them happen. What the
 * second does just like the first, up to the verdict on its canary, is tried once.
 */
export async function survey(ward: Ward, name: string): Promise<Survey> {
  const points: CrashPoint[] = [];
  const undisturbed: Partial<Record<Scenario, UndisturbedRun>> = {};
  const known = new Set<string>();
  for (const scenario of SCENARIOS) {
    const patient = ward.patients[scenario];
    // The first time functions begin, and some things are made for good: that is no run like the others.
    for (const time of ["first", "second"]) {
      await discharge(patient);
      const followed = await followRun(ward, patient, { request: `${name}-${time}`, points: [] });
      const end = await examine(patient, { ...followed, fault: null, undisturbed: null });
      if (end.problems.length > 0 || !followed.ended) {
        throw new Error(`${scenario}, ${followed.run}: ${end.outcome}: ${end.problems.join("; ")}`);
      }
      if (time === "first") continue;
      undisturbed[scenario] = end;
      for (const point of crashPoints(scenario, followed.calls)) {
        const key = point.id.slice(scenario.length);
        if (!known.has(key) || isOfTheVerdict(point)) points.push(point);
        known.add(key);
      }
    }
  }
  return { points, undisturbed: undisturbed as Survey["undisturbed"] };
}

/** From the verdict on, a run that is rolled back goes another way, if by the same calls. */
function isOfTheVerdict({ task }: CrashPoint): boolean {
  return /^(?:judge-canary\.alarm|roll-back-canary|conclude-run|resume-execution.*@roll-back)/.test(
    task,
  );
}

/** What crashes together, and the name of the try. */
export interface Crash {
  readonly points: readonly CrashPoint[];
  readonly name: string;
}

/**
 * Lets a run crash at some points, one after the other, and sees how it stands when it has come to its
 * end. What is not in order then, or was not reached, is tried again, each for itself.
 */
export async function crash(
  ward: Ward,
  found: Pick<Survey, "undisturbed">,
  { points, name }: Crash,
): Promise<CrashResult[]> {
  const [first, ...others] = points;
  if (others.length === 0) return [await crashAlone(ward, found, { point: first!, name })];
  const results = await crashOnce(ward, found, { points, name: `${name}-together` });
  // What a failed run left behind is not to be taken for the next one's.
  if (results.some(({ verdict }) => verdict === "failed")) return results;
  for (const [index, { verdict }] of results.entries()) {
    if (verdict === "passed") continue;
    results[index] = await crashAlone(ward, found, { point: points[index]!, name });
  }
  return results;
}

async function crashAlone(
  ward: Ward,
  found: Pick<Survey, "undisturbed">,
  { point, name }: { readonly point: CrashPoint; readonly name: string },
): Promise<CrashResult> {
  for (let attempt = 1; ; attempt++) {
    const once = { points: [point], name: `${name}-${attempt}` };
    const [result] = await crashOnce(ward, found, once);
    if (result!.verdict !== "unreached" || attempt === TRIES) return result!;
  }
}

async function crashOnce(
  ward: Ward,
  { undisturbed }: Pick<Survey, "undisturbed">,
  { points, name }: Crash,
): Promise<CrashResult[]> {
  const { id, scenario, fault } = points[0]!;
  const patient = ward.patients[scenario];
  const startMillis = performance.now();
  await discharge(patient);
  const request = `${name}-${id}`;
  const { run, struck, sweepCount, ended } = await followRun(ward, patient, { request, points });
  const disturbance = { run, fault, undisturbed: undisturbed[scenario] };
  const { outcome, problems } = await examine(patient, disturbance);
  const millis = Math.round(performance.now() - startMillis);
  const isSound = ended && problems.length === 0;
  return points.map((point) => ({
    ...{ id: point.id, run, outcome, sweepCount, millis, problems, togetherCount: points.length },
    verdict: isSound ? (struck.has(point.id) ? "passed" : "unreached") : "failed",
  }));
}
