import { createHash } from "node:crypto";

/** What can become of a call; of the last two the service does what it was asked for. */
export const FAULTS = [
  /** The process is gone before the call is made. */
  "dies-before",
  /** The call is refused, as often as the state machine tries. */
  "fails",
  /** The call is throttled for longer than the SDK tries by itself. */
  "throttles",
  /** The process is gone before it sees the answer. */
  "dies-after",
  /** The answer never comes; the SDK makes the call a second time. */
  "times-out",
] as const;
export type Fault = (typeof FAULTS)[number];

export const SCENARIOS = ["heal", "roll-back"] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** One call that a run made, as strike.mjs writes it down. */
export interface RecordedCall {
  /** The function and which of its uses: `start-canary.shift-traffic.0`. */
  readonly task: string;
  /** Which call of this operation in its invocation, from 1. */
  readonly ordinal: number;
  /** `dynamodb:PutItem` */
  readonly operation: string;
  /** How often the run had come to this call of this task by then; from 1. */
  readonly reach: number;
  /** Of the crash point that struck. */
  readonly fault?: Fault;
  readonly id?: string;
}

/** A call of a run, and what becomes of it. */
export interface CrashPoint extends RecordedCall {
  readonly scenario: Scenario;
  readonly fault: Fault;
  readonly id: string;
}

/** Who is no part of a run: they watch the endpoint, or tell people. */
const BYSTANDERS =
  /^(?:notify-team|profile-capture|register-monitor|plan-checks|check-|decide-retraining\.alarm)/;

/** All crash points of a recorded run, in the order of its calls. */
export function crashPoints(scenario: Scenario, calls: readonly RecordedCall[]): CrashPoint[] {
  return calls
    .filter(({ task }) => !BYSTANDERS.test(task))
    .flatMap(({ task, ordinal, operation, reach }) =>
      FAULTS.map((fault) => {
        const again = reach === 1 ? "" : `~${reach}`;
        const id = `${scenario}/${task}/${operation.replace(":", ".")}-${ordinal}${again}/${fault}`;
        return { id, scenario, task, ordinal, operation, reach, fault };
      }),
    );
}

/** Calls that change something come first: they are the ones that can be half done. */
export function tellingFirst(points: readonly CrashPoint[]): CrashPoint[] {
  const reads = /:(?:Get|Describe|List|Query|Invoke)/;
  const changing = points.filter(({ operation }) => !reads.test(operation));
  return [...changing, ...points.filter(({ operation }) => reads.test(operation))];
}

/** As many points as asked for, by chance but the same for the same seed. */
export function samplePoints(
  points: readonly CrashPoint[],
  count: number,
  seed: string,
): CrashPoint[] {
  const rank = ({ id }: CrashPoint) => createHash("sha256").update(`${seed}/${id}`).digest("hex");
  const ranked = points.map((point) => ({ point, key: rank(point) }));
  ranked.sort((a, b) => (a.key < b.key ? -1 : 1));
  return ranked.slice(0, count).map(({ point }) => point);
}

/**
 * Puts points together that one run can crash at, one after the other: each in a task of its own. What is
 * refused for good ends the run, and stands alone.
 */
export function groupPoints(points: readonly CrashPoint[], size: number): CrashPoint[][] {
  const groups: CrashPoint[][] = [];
  const open: CrashPoint[][] = [];
  for (const point of points) {
    const fits = ([first, ...others]: readonly CrashPoint[]): boolean =>
      first!.scenario === point.scenario &&
      [first!, ...others].every(({ task }) => task !== point.task);
    const group = point.fault === "fails" ? undefined : open.find(fits);
    if (group === undefined) {
      const begun = [point];
      groups.push(begun);
      if (point.fault !== "fails" && size > 1) open.push(begun);
      continue;
    }
    group.push(point);
    if (group.length === size) open.splice(open.indexOf(group), 1);
  }
  return groups;
}
