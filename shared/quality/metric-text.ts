/** A metric for people: four digits that matter, no exponent where none is needed. */
export function metricText(value: number): string {
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6 || magnitude < 1e-4) return value.toExponential(3);
  return String(Number(value.toPrecision(4)));
}

export function intervalText({ lower, upper }: { lower: number; upper: number }): string {
  return `${metricText(lower)} to ${metricText(upper)}`;
}

/** `3,120`. */
export function countText(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
