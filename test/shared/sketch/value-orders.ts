/** Values of one data set by their place, in an order that a sketch may find hard. */
export type ValueOrder = (index: number, count: number) => number;

/** A sequence without clock or state: the splitmix32 finaliser over the place. */
export function uniformAt(index: number): number {
  let mixed = Math.imul(index, 0x9e3779b9);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

const periods = [
  2, 3, 7, 100, 365, 511, 512, 513, 1000, 1024, 1025, 1440, 1536, 2048, 4096, 10_000,
];

export const VALUE_ORDERS: Readonly<Record<string, ValueOrder>> = {
  random: (index) => uniformAt(index),
  "random, skewed": (index) => Math.round(-1000 * Math.log(1 - uniformAt(index))),
  sorted: (index) => index,
  reverse: (index, count) => count - index,
  "zoom in": (index, count) => (index % 2 ? index : 2 * count - index),
  "zoom out": (index, count) => (index % 2 ? count - index : count + index),
  "up and down": (index, count) => Math.min(index, count - index),
  "sorted hours": (index) => Math.floor(index / 3000) + (index % 3000) / 3000,
  "sine of 1024": (index) => Math.sin((2 * Math.PI * index) / 1024),
  "sine of 5000": (index) => Math.sin((2 * Math.PI * index) / 5000),
  "two regimes": (index) => uniformAt(index) + (Math.floor(index / 1024) % 2),
  constant: () => 7,
  ...Object.fromEntries(
    periods.map((period) => [`period ${period}`, (index: number) => index % period]),
  ),
};

export function valuesInOrder(order: ValueOrder, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => order(index, count));
}
