// Every AWS call of a run, and everything that can become of it: `npm run crash`.
import { parseArgs } from "node:util";
import { type FarWard, startWard } from "./ask-ward.ts";
import { beginJournal, type CrashResult, noteResult, readJournal, type Survey } from "./journal.ts";
import { type CrashPoint, FAULTS, groupPoints, samplePoints, tellingFirst } from "./points.ts";

const USAGE = `npm run crash -- [--list] [--resume] [--sample N] [--seed TEXT] [--only TEXT] [--together N]

Kills, refuses, throttles and cuts off each AWS call of a retraining run, one run a call, on a local account
of its own, and proves each time that the endpoint, its lock and its audit come out right.

--list     the crash points, without any crash
--resume   go on where the last was broken off, with the points it had found
--sample   only so many of them, by chance
--seed     of the order and the sample; it is printed
--only     those whose id contains the text
--together so many in one run, one after the other, each in another task; what fails is tried alone`;

/** The simulator and the table grow with each run: a fresh account now and then keeps them fast. */
const RUNS_PER_WARD = 150;

const { values } = parseArgs({
  options: {
    list: { type: "boolean" },
    resume: { type: "boolean" },
    help: { type: "boolean" },
    sample: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    only: { type: "string", default: "" },
    together: { type: "string", default: "1" },
  },
});

let ward: FarWard | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(
    signal,
    () => void (ward?.close() ?? Promise.resolve()).finally(() => process.exit(1)),
  );
}
if (values.help) console.log(USAGE);
else {
  try {
    await main();
  } finally {
    await ward?.close();
  }
}

async function main(): Promise<void> {
  const earlier = values.resume ? await readJournal() : null;
  const found = earlier?.survey ?? (await surveyAnew());
  const { points } = found;
  console.log(
    `${points.length} crash points: ${points.length / FAULTS.length} calls, ${FAULTS.length} faults`,
  );
  if (values.list) {
    for (const { id } of points) console.log(id);
    return;
  }
  const done = new Map((earlier?.results ?? []).map((result) => [result.id, result]));
  const chosen = choose(points);
  const left = chosen.filter(({ id }) => done.get(id)?.verdict !== "passed");
  console.log(`seed ${values.seed}: ${chosen.length} to try, ${left.length} left`);
  for (const result of await crashAll(found, left)) done.set(result.id, result);
  sumUp(chosen.map(({ id }) => done.get(id)!));
}

async function surveyAnew(): Promise<Survey> {
  ward = await startWard();
  const found = await ward.survey(`survey-${values.seed}`);
  await beginJournal(found);
  return found;
}

function choose(points: readonly CrashPoint[]): CrashPoint[] {
  const named = points.filter(({ id }) => id.includes(values.only));
  const sample = samplePoints(named, Number(values.sample ?? named.length), values.seed);
  return tellingFirst(sample);
}

async function crashAll(found: Survey, points: readonly CrashPoint[]): Promise<CrashResult[]> {
  const all: CrashResult[] = [];
  const groups = groupPoints(points, Number(values.together));
  for (const [index, group] of groups.entries()) {
    const results = await crashGroup(found, group);
    for (const result of results) {
      await noteResult(result);
      all.push(result);
      const { id, verdict, outcome, sweepCount, millis } = result;
      const progress = `${all.length}/${points.length}`;
      console.log(`${progress} ${verdict} ${id}: ${outcome}, ${sweepCount} sweeps, ${millis} ms`);
    }
    const problems = new Set(results.flatMap((result) => result.problems));
    for (const problem of problems) console.log(`    ${problem}`);
    if ((index + 1) % RUNS_PER_WARD === 0) await leaveWard();
  }
  return all;
}

async function crashGroup(
  found: Survey,
  points: readonly CrashPoint[],
): Promise<readonly CrashResult[]> {
  ward ??= await startWard();
  const results = await ward.crash(found, { points, name: `${values.seed}-${Date.now()}` });
  if (results.every(({ verdict }) => verdict !== "failed")) return results;
  // What a failed run left behind is not to be taken for the next one's.
  await leaveWard();
  if (points.length === 1) return results;
  console.log(`Failed together, each alone now: ${results[0]!.problems.join("; ")}`);
  const alone: CrashResult[] = [];
  for (const point of points) alone.push(...(await crashGroup(found, [point])));
  return alone;
}

async function leaveWard(): Promise<void> {
  await ward?.close();
  ward = undefined;
}

function sumUp(results: readonly CrashResult[]): void {
  const countOf = (wanted: CrashResult["verdict"]) =>
    results.filter(({ verdict }) => verdict === wanted).length;
  const failedCount = countOf("failed");
  console.log(
    `${results.length} crash points tried: ${countOf("passed")} passed, ${failedCount} failed, ` +
      `${countOf("unreached")} not reached by their run`,
  );
  if (failedCount > 0) process.exitCode = 1;
}
