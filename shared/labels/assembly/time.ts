const DIGIT: u32 = 0x30;
/** Not a time of the simple form; it may still be one. */
export const NO_TIME: f64 = NaN;

/** Milliseconds since the epoch of `2026-01-15T10:00:00Z` or `2026-01-15T10:00:00.000Z`. */
export function readTime(at: usize, length: u32): f64 {
  if (length != 20 && length != 24) return NO_TIME;
  if (load<u8>(at, 4) != 0x2d || load<u8>(at, 7) != 0x2d || load<u8>(at, 10) != 0x54) return NO_TIME;
  if (load<u8>(at, 13) != 0x3a || load<u8>(at, 16) != 0x3a) return NO_TIME;
  if (load<u8>(at + length - 1) != 0x5a) return NO_TIME;
  const year = digits(at, 2) * 100 + digits(at + 2, 2);
  const month = digits(at + 5, 2);
  const day = digits(at + 8, 2);
  const hour = digits(at + 11, 2);
  const minute = digits(at + 14, 2);
  const second = digits(at + 17, 2);
  let millis: i32 = 0;
  if (length == 24) {
    if (load<u8>(at, 19) != 0x2e) return NO_TIME;
    millis = digits(at + 20, 2) * 10 + digits(at + 22, 1);
    if (millis < 0) return NO_TIME;
  }
  // A digit that is none makes its number negative.
  if (year < 1000 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return NO_TIME;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return NO_TIME;
  const seconds = <i64>daysTo(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
  return <f64>(seconds * 1000 + millis);
}

function digits(at: usize, count: usize): i32 {
  let value: i32 = 0;
  for (let index: usize = 0; index < count; index++) {
    const digit = <u32>load<u8>(at + index) - DIGIT;
    if (digit > 9) return -100_000;
    value = value * 10 + <i32>digit;
  }
  return value;
}

function isLeap(year: i32): bool {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

function daysIn(year: i32, month: i32): i32 {
  if (month == 2) return isLeap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Days since the epoch; years begin in March, so that the leap day ends one. */
function daysTo(year: i32, month: i32, day: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const era = y / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}
