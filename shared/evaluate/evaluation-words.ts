import type { EvaluationMetric } from "../contracts/evaluation-metric.ts";
import type { PairedComparison } from "./compare-paired.ts";

export const numberText = (value: number): string => String(Number(value.toPrecision(4)));

/** Such as `auc 0.91 against 0.88, better by 0.03 (95 % interval 0.01 to 0.05)`. */
export function comparisonText(metric: EvaluationMetric, found: PairedComparison): string {
  const { champion, challenger, improvement } = found;
  if (champion === null || challenger === null || improvement === null) {
    return `${metric} cannot be compared`;
  }
  const { value, interval } = improvement;
  const way = value < 0 ? "worse" : "better";
  const bounds = `${numberText(interval.lower)} to ${numberText(interval.upper)}`;
  const level = numberText(100 * interval.confidence);
  return (
    `${metric} ${numberText(challenger)} against ${numberText(champion)}, ` +
    `${way} by ${numberText(Math.abs(value))} (${level} % interval of the gain ${bounds})`
  );
}
