import fc from "fast-check";

/** Texts as columns hold them: numbers in several spellings, categories, booleans, oddities. */
export const cellText = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -60, max: 60 }).map(String) },
  { weight: 4, arbitrary: fc.integer({ min: -200, max: 200 }).map((n) => (n / 4).toFixed(2)) },
  { weight: 3, arbitrary: fc.nat(80).map((n) => `category ${n}`) },
  { weight: 1, arbitrary: fc.constantFrom("true", "false", "", "- 5", "1e5", "-0", "NaN", "é🎉") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.nat(3).map((n) => `${"long ".repeat(70)}${n}`) },
);

/** From few distinct texts to several hundred, so that columns of both kinds and their border occur. */
export const columnTexts = fc.oneof(
  fc.array(cellText, { maxLength: 80 }),
  fc.array(cellText, { minLength: 100, maxLength: 300, size: "max" }),
  fc
    .tuple(fc.integer({ min: 120, max: 140 }), fc.nat(1000))
    .map(([distinct, start]) => Array.from({ length: distinct }, (_, i) => `${start + i}`)),
);
