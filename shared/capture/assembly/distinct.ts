// HyperLogLog with 4096 registers of a byte: 12 bits choose the register, the rank is read from the
// others.

/** The 64-bit finaliser of splitmix64. */
function finalize(hash: u64): u64 {
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

export function hashNumber(number: f64): u64 {
  return finalize(reinterpret<u64>(number));
}

/** FNV-1a over the bytes, then the finaliser. */
export function hashText(at: usize, length: u32): u64 {
  let hash: u64 = 0xcbf29ce484222325;
  const end = at + length;
  for (; at < end; at++) hash = (hash ^ load<u8>(at)) * 0x100000001b3;
  return finalize(hash);
}

export function touchRegister(registers: usize, hash: u64): void {
  const register = registers + <usize>(hash >> 52);
  // A set bit behind the 52 keeps the rank at 53 when they are all zero.
  const rank = <u8>(clz((hash << 12) | 0x800) + 1);
  if (rank > load<u8>(register)) store<u8>(register, rank);
}
