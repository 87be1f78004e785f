import { parseAlarmName } from "../../alarm/alarms.ts";
import type { AlarmMessage } from "../../contracts/alarm-message.ts";
import { durationMillis } from "../../contracts/duration.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { logError } from "../handlers.ts";
import { listPending } from "../self-healing/pending-tasks.ts";
import { readRun } from "../self-healing/runs.ts";
import { type Bake, isBake, judgeBake } from "./judge-bake.ts";
import { findJudgement } from "./looks.ts";

/** What became of one bake that was judged. */
export interface JudgedBake {
  readonly run: string;
  readonly outcome: "promote" | "roll-back" | "hold";
  readonly reason?: string;
}

/** Judges every bake that waits and is due, by the schedule or less often. */
export async function judgeAll(atMillis: number): Promise<JudgedBake[]> {
  const bakes = (await listPending()).filter(isBake);
  const areDue = await Promise.all(bakes.map((bake) => isDue(bake, atMillis)));
  return await judgeEach(
    bakes.filter((_, index) => areDue[index]),
    atMillis,
  );
}

/** A definition may ask for fewer looks than the stage's schedule has. */
async function isDue({ run, action, step }: Bake, atMillis: number): Promise<boolean> {
  const { judgeEvery } = (await readRun(run)).definition.rollout;
  const last = judgeEvery === undefined ? null : await findJudgement(run, action);
  if (judgeEvery === undefined || last?.step !== step) return true;
  return atMillis - Date.parse(last.at) >= durationMillis(judgeEvery);
}

/** Judges the bake whose candidate an alarm is about, if there is one. */
export async function judgeOnAlarm(alarm: AlarmMessage): Promise<JudgedBake[]> {
  const name = parseAlarmName(alarm.AlarmName);
  if (alarm.NewStateValue !== "ALARM" || name?.variant === undefined) return [];
  const bakes = (await listPending()).filter(isBake);
  const concerned: Bake[] = [];
  for (const bake of bakes.filter(({ endpoint }) => endpoint === name.endpoint)) {
    const { candidate } = await readRun(bake.run);
    if (candidate?.variant === name.variant) concerned.push(bake);
  }
  return await judgeEach(concerned, Date.parse(alarm.StateChangeTime));
}

/**
 * One that cannot be judged keeps no other from it.
 *
 * @throws MonitoringError `canaries-not-judged`, so that the whole is tried again
 */
async function judgeEach(bakes: readonly Bake[], atMillis: number): Promise<JudgedBake[]> {
  const judged: JudgedBake[] = [];
  const failed: string[] = [];
  for (const bake of bakes) {
    const { run } = bake;
    try {
      const value = await judgeBake(bake, atMillis);
      judged.push({ run, ...(value ?? { outcome: "hold" }) });
    } catch (error) {
      logError(error);
      failed.push(run);
    }
  }
  if (failed.length === 0) return judged;
  throw new MonitoringError("canaries-not-judged", `canaries: ${failed}: must all be judged`);
}
