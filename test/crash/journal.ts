import { appendFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { UndisturbedRun } from "./invariants.ts";
import type { CrashPoint, Scenario } from "./points.ts";

const FOLDER = fileURLToPath(new URL("../../.local/crash/", import.meta.url));
const SURVEY = join(FOLDER, "survey.json");
const RESULTS = join(FOLDER, "results.jsonl");

/** What runs without any fault did: so all crash points are known before the first crash. */
export interface Survey {
  readonly points: readonly CrashPoint[];
  readonly undisturbed: Readonly<Record<Scenario, UndisturbedRun>>;
}

export interface CrashResult {
  readonly id: string;
  /** `unreached`: the run came to its end without making that call. */
  readonly verdict: "passed" | "failed" | "unreached";
  readonly run: string;
  readonly outcome: string;
  /** Points that the run crashed at; more than one, and it is not said which of them did it. */
  readonly togetherCount: number;
  readonly sweepCount: number;
  readonly millis: number;
  readonly problems: readonly string[];
}

/** What is kept of crash tests, so that they can go on where they were broken off. */
export interface Journal {
  readonly survey: Survey;
  readonly results: readonly CrashResult[];
}

/** null when there is nothing to go on with. */
export async function readJournal(): Promise<Journal | null> {
  const survey = await readFile(SURVEY, "utf8").catch(() => null);
  if (survey === null) return null;
  const lines = (await readFile(RESULTS, "utf8").catch(() => "")).split("\n");
  // The last line may have been broken off.
  const results = lines.slice(0, -1).map((line): CrashResult => JSON.parse(line));
  return { survey: JSON.parse(survey), results };
}

export async function beginJournal(survey: Survey): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await rm(RESULTS, { force: true });
  await writeFile(SURVEY, JSON.stringify(survey));
}

export async function noteResult(result: CrashResult): Promise<void> {
  await appendFile(RESULTS, `${JSON.stringify(result)}\n`);
}
