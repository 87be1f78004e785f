const INTEGER_LIMIT = 2 ** 63;
const EXACT_INTEGER_LIMIT = 2 ** 54;
const SMALLEST_NORMAL = 2 ** -1022;

/**
 * The text that `Double.toString` of Java 8 to 18 gives, which Model Monitor's files are written with.
 *
 * It is the shortest text that reads back as the value, in Java's notation (`1.44E10`, `24.0`), but for
 * two families of values for which those releases print more digits than needed (JDK-4511638): whole
 * numbers from 2^54 and exact powers of two. `NaN` and the infinities are their Java names.
 *
 * @example javaDoubleText(14402689218.907343) // => "1.4402689218907343E10"
 * @example javaDoubleText(24) // => "24.0"
 */
export function javaDoubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  if (magnitude === 0) return `${sign}0.0`;
  if (magnitude >= 1e-3 && magnitude < 1e7 && !isPowerOfTwo(magnitude)) {
    const text = String(magnitude);
    return sign + (text.includes(".") ? text : `${text}.0`);
  }
  return sign + javaNotation(...javaDigits(magnitude));
}

/** Significant digits without trailing zeros, and the power of ten of the first of them. */
type Decimal = [digits: string, exponent: number];

function javaDigits(magnitude: number): Decimal {
  if (magnitude >= EXACT_INTEGER_LIMIT && magnitude < INTEGER_LIMIT) return wholeDigits(magnitude);
  if (isPowerOfTwo(magnitude)) return powerOfTwoDigits(magnitude);
  // The one value for which Java prints a second digit that reading does not need: 4.9E-324.
  return decimalOf(magnitude.toExponential(magnitude === Number.MIN_VALUE ? 1 : undefined));
}

function decimalOf(exponential: string): Decimal {
  const [mantissa = "", exponent = ""] = exponential.split("e");
  return [mantissa.replace(".", "").replace(/(?<=.)0+$/, ""), Number(exponent)];
}

/** The digits of the integer, rounded at the last place that its unused bits leave uncertain. */
function wholeDigits(magnitude: number): Decimal {
  const value = BigInt(magnitude);
  const unusedBits = Math.max(0, value.toString(2).length - 55);
  const dropped = String(2 ** unusedBits).length - 1;
  const unit = 10n ** BigInt(dropped);
  const kept = ((value + unit / 2n) / unit).toString();
  return [kept.replace(/(?<=.)0+$/, ""), kept.length - 1 + dropped];
}

/** The shortest digits within a quarter of a unit in the last place on both sides. */
function powerOfTwoDigits(magnitude: number): Decimal {
  for (let digitCount = 2; digitCount < 17; digitCount += 1) {
    const text = magnitude.toExponential(digitCount - 1);
    if (liesWithinQuarterUlp(text, magnitude)) return decimalOf(text);
  }
  return decimalOf(magnitude.toExponential(16));
}

function liesWithinQuarterUlp(text: string, powerOfTwo: number): boolean {
  const [mantissa = "", exponentText = ""] = text.split("e");
  const digits = mantissa.replace(".", "");
  const decimalExponent = Number(exponentText) - (digits.length - 1);
  const binaryExponent = Math.round(Math.log2(powerOfTwo));
  // Both sides times 2^a · 10^b with a, b such that all are integers.
  const twos = Math.max(0, 54 - binaryExponent);
  const tens = Math.max(0, -decimalExponent);
  const decimal = (BigInt(digits) * 10n ** BigInt(decimalExponent + tens)) << BigInt(twos);
  const scaled = 10n ** BigInt(tens);
  const exact = scaled << BigInt(binaryExponent + twos);
  const distance = decimal > exact ? decimal - exact : exact - decimal;
  return distance < scaled << BigInt(binaryExponent + twos - 54);
}

/** Of the normal numbers: those below have equal gaps on both sides. */
function isPowerOfTwo(magnitude: number): boolean {
  if (magnitude < SMALLEST_NORMAL) return false;
  return Number.isInteger(Math.log2(magnitude)) && 2 ** Math.log2(magnitude) === magnitude;
}

function javaNotation(digits: string, exponent: number): string {
  if (exponent >= 7 || exponent < -3) {
    return `${digits[0]}.${digits.slice(1) || "0"}E${exponent}`;
  }
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${whole}.${digits.slice(exponent + 1) || "0"}`;
}
