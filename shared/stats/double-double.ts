/**
 * A number as the unevaluated sum of two doubles: about 32 significant digits.
 * `high` is the number rounded to a double; `low` is what that rounding lost.
 */
export interface DoubleDouble {
  readonly high: number;
  readonly low: number;
}

export const ZERO: DoubleDouble = { high: 0, low: 0 };

/**
 * The exact sum of two doubles.
 *
 * A sum beyond the range of doubles is infinite and loses its low part; it is never NaN.
 * Source: Knuth, TAOCP 2, 4.2.2, theorem B ("TwoSum"); 6 operations.
 */
export function addExactly(a: number, b: number): DoubleDouble {
  const high = a + b;
  if (!Number.isFinite(high)) return overflowed(high);
  const bPart = high - a;
  return { high, low: a - (high - bPart) + (b - bPart) };
}

/**
 * The exact product of two doubles, as long as neither exceeds 2^969 in magnitude (the split
 * overflows there, and the low part is dropped) and the product is above 2^-969.
 *
 * Source: Dekker 1971, doi:10.1007/BF01397083; 17 operations.
 */
export function multiplyExactly(a: number, b: number): DoubleDouble {
  const high = a * b;
  if (!Number.isFinite(high)) return overflowed(high);
  const [aHigh, aLow] = splitInHalves(a);
  const [bHigh, bLow] = splitInHalves(b);
  const low = aLow * bLow - (high - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  return { high, low: Number.isFinite(low) ? low : 0 };
}

/**
 * The sum of two double-doubles, with a relative error below 3·2^-106.
 *
 * Source: Joldes, Muller, Popescu 2017, doi:10.1145/3121432, algorithm 6.
 */
export function addDoubleDouble(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const highs = addExactly(a.high, b.high);
  if (!Number.isFinite(highs.high)) return highs;
  const lows = addExactly(a.low, b.low);
  const sum = addQuickly(highs.high, highs.low + lows.high);
  return addQuickly(sum.high, lows.low + sum.low);
}

/**
 * The quotient by a whole number; its `high` is the true quotient rounded to a double.
 *
 * @throws RangeError when the divisor is 0
 */
export function divideByCount(dividend: DoubleDouble, count: number): DoubleDouble {
  if (count === 0) throw new RangeError("mean: no values: at least one is needed");
  const quotient = dividend.high / count;
  const product = multiplyExactly(quotient, count);
  const remainder = dividend.high - product.high - product.low + dividend.low;
  // Where even that overflowed, the quotient is all there is.
  return Number.isFinite(remainder)
    ? addQuickly(quotient, remainder / count)
    : { high: quotient, low: 0 };
}

function addQuickly(larger: number, smaller: number): DoubleDouble {
  const high = larger + smaller;
  if (!Number.isFinite(high)) return overflowed(high);
  return { high, low: smaller - (high - larger) };
}

function splitInHalves(value: number): [high: number, low: number] {
  const scaled = value * 134217729; // 2^27 + 1
  const high = scaled - (scaled - value);
  return [high, value - high];
}

function overflowed(high: number): DoubleDouble {
  // Opposite infinities leave no sign to keep.
  return { high: Number.isNaN(high) ? Number.POSITIVE_INFINITY : high, low: 0 };
}
