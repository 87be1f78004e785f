const INTEGER_LIMIT = 2 ** 63;
const EXACT_INTEGER_LIMIT = 2 ** 54;
/** From here on no number of 17 digits lies exactly between two doubles. */
const MIDDLES_LIMIT = 1e41;
const SMALLEST_NORMAL = 2 ** -1022;

/**
 * The text that `Double.toString` of Java 8 to 18 gives, which Model Monitor's files are written
 * with.
 *
 * It is the shortest text that reads back as the value, in Java's notation (`1.44E10`, `24.0`), but
 * for three families of values for which those releases print more digits than needed
 * (JDK-4511638): whole numbers from 2^54, exact powers of two, and doubles next to a short number
 * that lies exactly between two of them (1E23). `NaN` and the infinities are their Java names.
 *
 * Golden: `Double.toString` of OpenJDK 17, equal on every case. Known to differ, in the last digit
 * alone and still reading back as the value: subnormal numbers, and 3 of 200,000 random bit
 * patterns.
 *
 * @example javaDoubleText(14402689218.907343) // => "1.4402689218907343E10"
 * @example javaDoubleText(24) // => "24.0"
 */
export function javaDoubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  if (magnitude === 0) return `${sign}0.0`;
  // Here both notations are the same, and the powers of two are short.
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  return sign + javaNotation(javaDigits(magnitude));
}

interface Decimal {
  /** Significant digits without trailing zeros. */
  readonly digits: string;
  /** The power of ten of the first digit. */
  readonly exponent: number;
}

function javaDigits(magnitude: number): Decimal {
  if (magnitude >= EXACT_INTEGER_LIMIT && magnitude < INTEGER_LIMIT) return wholeDigits(magnitude);
  if (isPowerOfTwo(magnitude)) {
    return digitsStrictlyInside(magnitude, 2n ** 54n, Math.log2(magnitude) - 54);
  }
  if (magnitude >= INTEGER_LIMIT && magnitude < MIDDLES_LIMIT) {
    const value = BigInt(magnitude);
    const marginExponent = value.toString(2).length - 54;
    return digitsStrictlyInside(magnitude, value >> BigInt(marginExponent), marginExponent);
  }
  // The one value for which Java prints a second digit that reading does not need: 4.9E-324.
  return decimalOf(magnitude.toExponential(magnitude === Number.MIN_VALUE ? 1 : undefined));
}

function decimalOf(exponential: string): Decimal {
  const [mantissa = "", exponent = ""] = exponential.split("e");
  return { digits: withoutTrailingZeros(mantissa.replace(".", "")), exponent: Number(exponent) };
}

const withoutTrailingZeros = (digits: string): string => digits.replace(/(?<=.)0+$/, "");

/** The digits of the integer, rounded at the last place that its unused bits leave uncertain. */
function wholeDigits(magnitude: number): Decimal {
  const value = BigInt(magnitude);
  const unusedBits = Math.max(0, value.toString(2).length - 55);
  const dropped = String(2 ** unusedBits).length - 1;
  const unit = 10n ** BigInt(dropped);
  const kept = ((value + unit / 2n) / unit).toString();
  return { digits: withoutTrailingZeros(kept), exponent: kept.length - 1 + dropped };
}

/**
 * The shortest digits of the magnitude, `significand` · 2^`marginExponent`, that are strictly
 * nearer to it than 2^`marginExponent`. Halves go to the even digit.
 */
function digitsStrictlyInside(
  magnitude: number,
  significand: bigint,
  marginExponent: number,
): Decimal {
  const { exponent } = decimalOf(magnitude.toExponential());
  const twos = 2n ** BigInt(Math.abs(marginExponent));
  for (let digitCount = 1; ; digitCount += 1) {
    const unitExponent = exponent - digitCount + 1;
    const tens = 10n ** BigInt(Math.abs(unitExponent));
    // Value, margin and unit, times whatever powers make all three integers.
    const margin = (marginExponent > 0 ? twos : 1n) * (unitExponent < 0 ? tens : 1n);
    const unit = (marginExponent > 0 ? 1n : twos) * (unitExponent < 0 ? 1n : tens);
    const digits = dividedToEven(significand * margin, unit);
    const distance = significand * margin - digits * unit;
    if (digitCount === 17 || (distance < margin && -distance < margin)) {
      const text = digits.toString();
      return {
        digits: withoutTrailingZeros(text),
        exponent: exponent + text.length - digitCount,
      };
    }
  }
}

function dividedToEven(value: bigint, unit: bigint): bigint {
  const below = value / unit;
  const twiceRest = 2n * (value - below * unit);
  return twiceRest > unit || (twiceRest === unit && below % 2n === 1n) ? below + 1n : below;
}

const bits = new DataView(new ArrayBuffer(8));

/** Of the normal numbers: those below have equal gaps on both sides. */
function isPowerOfTwo(magnitude: number): boolean {
  if (magnitude < SMALLEST_NORMAL) return false;
  bits.setFloat64(0, magnitude);
  return bits.getUint32(4) === 0 && (bits.getUint32(0) & 0xfffff) === 0;
}

function javaNotation({ digits, exponent }: Decimal): string {
  if (exponent >= 7 || exponent < -3) {
    return `${digits[0]}.${digits.slice(1) || "0"}E${exponent}`;
  }
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${whole}.${digits.slice(exponent + 1) || "0"}`;
}
