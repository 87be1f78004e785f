// Every AWS call of a run, and everything that can become of it: `npm run crash`.
import { parseArgs } from "node:util";
import { crash, survey } from "./crash.ts";
import { beginJournal, type CrashResult, noteResult, readJournal, type Survey } from "./journal.ts";
import { type CrashPoint, FAULTS, samplePoints, tellingFirst } from "./points.ts";
import { openWard, type Ward } from "./ward.ts";

const USAGE = `npm run crash -- [--list] [--resume] [--sample N] [--seed TEXT] [--only TEXT]

Kills, refuses, throttles and cuts off each AWS call of a retraining run, one run a call, on a local account
of its own, and proves each time that the endpoint, its lock and its audit come out right.

--list     the crash points, without any crash
--resume   go on where the last was broken off, with the points it had found
--sample   only so many of them, by chance
--seed     of the order and the sample; it is printed
--only     those whose id contains the text`;

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
  },
});

let ward: Ward | undefined;
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
  ward = await openWard(console.log);
  const found = await survey(ward, `survey-${values.seed}`);
  await beginJournal(found);
  return found;
}

function choose(points: readonly CrashPoint[]): CrashPoint[] {
  const named = points.filter(({ id }) => id.includes(values.only));
  const sample = samplePoints(named, Number(values.sample ?? named.length), values.seed);
  return tellingFirst(sample);
}

async function crashAll(found: Survey, points: readonly CrashPoint[]): Promise<CrashResult[]> {
  const results: CrashResult[] = [];
  let runCount = 0;
  for (const point of points) {
    ward ??= await openWard(console.log);
    const name = `${values.seed}-${Date.now()}`;
    const result = await crash(ward, found, { point, name });
    await noteResult(result);
    results.push(result);
    const { id, verdict, outcome, sweepCount, millis, problems } = result;
    const progress = `${results.length}/${points.length}`;
    console.log(`${progress} ${verdict} ${id}: ${outcome}, ${sweepCount} sweeps, ${millis} ms`);
    for (const problem of problems) console.log(`    ${problem}`);
    // What a failed run left behind is not to be taken for the next one's.
    if (++runCount % RUNS_PER_WARD === 0 || verdict === "failed") {
      await ward.close();
      ward = undefined;
    }
  }
  return results;
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
