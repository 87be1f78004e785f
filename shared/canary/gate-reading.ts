import type { CanaryEvidence } from "./evidence.ts";
import { type ArmMeasure, type GateMeasure, measureGate } from "./gates.ts";
import { type CanaryPolicy, falseRollBackFractionOfGate, type GateName } from "./policy.ts";

/** One gate's outcome with all its numbers. Evidence in powers of ten: 3 means 1000 to 1. */
export interface GateReading {
  readonly gate: GateName;
  readonly outcome: "harm" | "cleared" | "open" | "unmeasured";
  readonly champion: ArmMeasure;
  readonly candidate: ArmMeasure;
  readonly difference: number | null;
  /** By how much the candidate is worse at most; null when not known. */
  readonly differenceAtMost: number | null;
  readonly tolerated: number;
  readonly promoteBelow: number;
  /** The greatest so far. */
  readonly harmEvidenceLog10: number;
  readonly harmNeededLog10: number;
  readonly clearanceEvidenceLog10: number;
  readonly clearanceNeededLog10: number;
  readonly explanation: string;
}

const NOBODY: ArmMeasure = { sampleCount: 0, rate: null };

export function gateReading(
  gate: GateName,
  evidence: CanaryEvidence,
  policy: CanaryPolicy,
): GateReading {
  const { tolerated, promoteBelow } = policy.gates[gate]!;
  const measure = measureGate(gate, evidence, policy.gates[gate]!);
  const harm = measure === null ? 0 : Math.max(0, ...measure.harm) / Math.LN10;
  const clearance = (measure?.clearance() ?? 0) / Math.LN10;
  const needed = {
    harmNeededLog10: -Math.log10(falseRollBackFractionOfGate(policy)),
    clearanceNeededLog10: -Math.log10(1 - policy.promoteConfidence),
  };
  const outcome =
    measure === null
      ? "unmeasured"
      : harm >= needed.harmNeededLog10
        ? "harm"
        : clearance >= needed.clearanceNeededLog10
          ? "cleared"
          : "open";
  const reading = {
    gate,
    outcome,
    champion: measure?.champion ?? NOBODY,
    candidate: measure?.candidate ?? NOBODY,
    difference: measure?.difference ?? null,
    differenceAtMost: measure?.differenceAtMost(policy.promoteConfidence) ?? null,
    tolerated,
    promoteBelow,
    harmEvidenceLog10: harm,
    clearanceEvidenceLog10: clearance,
    ...needed,
  } as const;
  return { ...reading, explanation: explanationOf(reading, measure) };
}

const NOUNS: Readonly<Record<GateName, { what: string; of: string }>> = {
  errors: { what: "failed", of: "requests" },
  latency: { what: "slow", of: "timed requests" },
  schema: { what: "invalid", of: "captured records" },
  predictions: { what: "other", of: "predictions" },
  labels: { what: "misjudged", of: "labels" },
};

function explanationOf(
  reading: Omit<GateReading, "explanation">,
  measure: GateMeasure | null,
): string {
  const { gate, outcome, champion, candidate, tolerated, promoteBelow } = reading;
  if (measure === null) return `${gate}: nothing was measured of both variants`;
  const [candidateCount, championCount] = [candidate, champion].map(({ sampleCount }) =>
    // CloudWatch interpolates some counts.
    Math.round(sampleCount),
  );
  const { what, of } = NOUNS[gate];
  const seen =
    champion.rate === null || candidate.rate === null
      ? `distance ${reading.difference!.toFixed(3)} between ${candidateCount} ${of} and the ` +
        `champion's ${championCount}`
      : `${percent(candidate.rate)} ${what} of ${candidateCount} ${of}, the champion ` +
        `${percent(champion.rate)} of ${championCount}`;
  const worse = gate === "predictions" ? "apart" : "worse";
  const by = (difference: number): string =>
    gate === "predictions" ? `${difference}` : `${points(difference)} percentage points`;
  const { harmEvidenceLog10, harmNeededLog10 } = reading;
  const { clearanceEvidenceLog10, clearanceNeededLog10 } = reading;
  const said = {
    harm:
      `${worse} by more than ${by(tolerated)}: evidence ${odds(harmEvidenceLog10)}, ` +
      `${odds(harmNeededLog10)} needed`,
    cleared: `${worse} by less than ${by(reading.differenceAtMost ?? promoteBelow)}`,
    open:
      `not yet shown to be ${worse} by less than ${by(promoteBelow)}: evidence ` +
      `${odds(clearanceEvidenceLog10)}, ${odds(clearanceNeededLog10)} needed`,
    unmeasured: "",
  }[outcome];
  return `${gate}: ${seen}: ${said}`;
}

const points = (fraction: number): number => Number((fraction * 100).toFixed(2));

const percent = (fraction: number): string => `${points(fraction)} %`;

/** 1000 to 1 as "1000"; what no number holds as a power. */
function odds(log10: number): string {
  return log10 < 6 ? String(Number((10 ** log10).toPrecision(3))) : `1e${Math.floor(log10)}`;
}
