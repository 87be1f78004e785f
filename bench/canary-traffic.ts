// Traffic of a canary at 5 %, as it might be measured: busy and quiet hours, rates and predictions that
// change over the day in both variants alike, a quarter of an hour in which a dependency is down.
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import type {
  ArmInterval,
  CanaryEvidence,
  CaptureCounts,
  TrafficCounts,
} from "../shared/canary/evidence.ts";
import type { ScoredLabel } from "../shared/canary/misordered-pairs.ts";
import { drawBinomial } from "../shared/stats/binomial.ts";
import { type RandomStream, randomStream } from "../shared/stats/random-stream.ts";

export interface Scenario {
  readonly requestsPerInterval: number;
  readonly intervalCount: number;
  readonly errorRate: number;
  /** Standard deviation of the logarithm of latency. */
  readonly latencySpread: number;
  /** How much later a request of the candidate counts as slow, as a factor. */
  readonly slowAllowance: number;
  /** In how many of its intervals a variant is, by itself, half again as slow. */
  readonly blipFraction: number;
  readonly labelledFraction: number;
  readonly positiveFraction: number;
  /** Standard deviations between the scores of the classes: 1.466 is an AUC of 0.85. */
  readonly separation: number;
  readonly harm: Harm;
}

/** What is wrong with the candidate. */
export interface Harm {
  readonly errorRateAdded: number;
  readonly latencyFactor: number;
  readonly separation: number;
}

export const CANDIDATE_SHARE = 0.05;
export const INTERVAL_MILLIS = 5 * 60_000;
export const INTERVALS_PER_DAY = 288;
const START_MILLIS = Date.UTC(2026, 0, 15);
const BINS = 10;
/** The threshold of slowness is the champion's third quartile at a quiet hour. */
const THIRD_QUARTILE = 0.6744897501960817;
const OUTAGE = { from: 130, until: 133, errorRate: 0.2 };

export function simulateCanary(seed: number, scenario: Scenario): CanaryEvidence {
  const next = randomStream(seed);
  const traffic: ArmInterval<TrafficCounts>[] = [];
  const captures: ArmInterval<CaptureCounts>[] = [];
  const labels: ArmInterval<readonly ScoredLabel[]>[] = [];
  for (let index = 0; index < scenario.intervalCount; index += 1) {
    const startMillis = START_MILLIS + index * INTERVAL_MILLIS;
    const hour = hourOf(index, scenario);
    const load = scenario.requestsPerInterval * (1 + 0.7 * hour.day);
    const requestCount = drawBinomial(next, Math.round(load * 20), 0.05);
    const candidateCount = drawBinomial(next, requestCount, CANDIDATE_SHARE);
    const counts = { champion: requestCount - candidateCount, candidate: candidateCount };
    const champion = measured(next, counts.champion, hour, championOf(scenario));
    const candidate = measured(next, counts.candidate, hour, scenario);
    traffic.push({ startMillis, champion: champion.traffic, candidate: candidate.traffic });
    captures.push({ startMillis, champion: champion.capture, candidate: candidate.capture });
    labels.push({ startMillis, champion: champion.labels, candidate: candidate.labels });
  }
  return {
    stepStartMillis: START_MILLIS,
    judgedAtMillis: START_MILLIS + scenario.intervalCount * INTERVAL_MILLIS,
    traffic,
    captures,
    predictionBins: "ordered",
    labels: { kind: "scores", intervals: labels },
  };
}

function championOf(scenario: Scenario): Scenario {
  const harm = { errorRateAdded: 0, latencyFactor: 1, separation: scenario.separation };
  return { ...scenario, slowAllowance: 1, harm };
}

interface Hour {
  /** -1 in the quietest, 1 in the busiest. */
  readonly day: number;
  readonly errorRate: number;
}

function hourOf(index: number, { errorRate }: Scenario): Hour {
  const day = Math.sin((2 * Math.PI * (index - 90)) / INTERVALS_PER_DAY);
  const ofDay = index % INTERVALS_PER_DAY;
  const isOut = ofDay >= OUTAGE.from && ofDay < OUTAGE.until;
  return { day, errorRate: isOut ? OUTAGE.errorRate : errorRate * (1 + 0.5 * day) };
}

function measured(next: RandomStream, requestCount: number, hour: Hour, scenario: Scenario) {
  const { harm, latencySpread, slowAllowance } = scenario;
  const errorRate = Math.min(1, hour.errorRate + harm.errorRateAdded);
  const blip = next() < scenario.blipFraction * 2 ** 32 ? 1.5 : 1;
  const slowerBy = 0.1 * hour.day + Math.log((blip * harm.latencyFactor) / slowAllowance);
  const slowRate = 1 - normalCdf(THIRD_QUARTILE - slowerBy / latencySpread, 0, 1);
  const errorCount = drawBinomial(next, requestCount, errorRate);
  const recordCount = requestCount - errorCount;
  return {
    traffic: {
      requestCount,
      errorCount,
      timedCount: requestCount,
      slowCount: drawBinomial(next, requestCount, slowRate),
    },
    capture: {
      recordCount,
      invalidCount: drawBinomial(next, recordCount, 0.0005),
      predictionCounts: predictions(next, recordCount, hour.day),
    },
    labels: scenario.labelledFraction > 0 ? labelled(next, recordCount, scenario) : [],
  };
}

/** Bins that tilt with the time of day. */
function predictions(next: RandomStream, recordCount: number, day: number): number[] {
  const shares = Array.from({ length: BINS }, (_, bin) => 1 + 0.4 * day * (bin / 4.5 - 1));
  let rest = recordCount;
  let restShare = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share, bin) => {
    const count = bin === BINS - 1 ? rest : drawBinomial(next, rest, share / restShare);
    rest -= count;
    restShare -= share;
    return count;
  });
}

function labelled(
  next: RandomStream,
  recordCount: number,
  { labelledFraction, positiveFraction, harm }: Scenario,
): ScoredLabel[] {
  const count = drawBinomial(next, recordCount, labelledFraction);
  return Array.from({ length: count }, () => {
    const positive = next() < positiveFraction * 2 ** 32;
    const score = drawNormal(next) + (positive ? harm.separation : 0);
    return { id: next().toString(36), score, positive };
  });
}

function drawNormal(next: RandomStream): number {
  const radius = Math.sqrt(-2 * Math.log((next() + 0.5) / 2 ** 32));
  return radius * Math.cos((2 * Math.PI * next()) / 2 ** 32);
}
