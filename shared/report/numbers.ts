/** Stands where there is no number: nothing was measured, or nothing could be. */
export const NO_NUMBER = "–";

/** Made once: each costs more than a hundred numbers. */
const grouped = new Intl.NumberFormat("en-US", {
  maximumFractionDigits: 20,
  useGrouping: "min2",
});

/** A number for reading: four significant digits, whole numbers in full, thousands set apart. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_NUMBER;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) {
    return trimZeros(value.toExponential(digits - 1))
      .replace("-", "−")
      .replace("e−", "e-");
  }
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(digits));
  return grouped.format(rounded).replace("-", "−");
}

function trimZeros(exponential: string): string {
  return exponential.replace(/\.?0*e\+?/, "e");
}

export function formatCount(value: number): string {
  return grouped.format(value);
}

/** A fraction as a percentage; what is not all or nothing is never shown as `100 %` or `0 %`. */
export function formatPercent(fraction: number | null | undefined, digits = 1): string {
  if (fraction === null || fraction === undefined || !Number.isFinite(fraction)) return NO_NUMBER;
  const percent = fraction * 100;
  let text = percent.toFixed(digits);
  for (let more = digits + 1; more <= 12 && isFalselyWhole(percent, text); more += 1) {
    text = percent.toFixed(more);
  }
  return `${text.includes(".") ? text.replace(/\.?0+$/, "") : text} %`;
}

function isFalselyWhole(percent: number, text: string): boolean {
  const shown = Number(text);
  return (shown === 0 && percent !== 0) || (shown === 100 && percent !== 100);
}

/** Two numbers that are compared, with as many digits as it takes to see which is greater. */
export function formatComparison(
  observed: number | null,
  limit: number | null,
  format: (value: number | null, digits?: number) => string,
): readonly [observed: string, limit: string] {
  let pair: [string, string] = [format(observed), format(limit)];
  if (observed === null || limit === null || observed === limit) return pair;
  for (let digits = 4; digits <= 17 && pair[0] === pair[1]; digits += 1) {
    pair = [format(observed, digits), format(limit, digits)];
  }
  return pair;
}

/** `1 row`, `2 rows`. */
export function formatNoun(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}
