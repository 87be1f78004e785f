import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { solvePositiveDefinite } from "../../../local/logistic-regression/cholesky.ts";

const entries = (n: number) =>
  fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: n, maxLength: n });

describe("solvePositiveDefinite", () => {
  it("gives back the vector that a matrix was multiplied with", () => {
    const systems = fc
      .integer({ min: 1, max: 8 })
      .chain((n) => fc.record({ root: entries(n * n), x: entries(n) }));
    fc.assert(
      fc.property(systems, ({ root, x }) => {
        const n = x.length;
        // R Rᵀ + I is positive definite whatever R is.
        const matrix = Float64Array.from({ length: n * n }, (_, index) => {
          const [i, j] = [Math.floor(index / n), index % n];
          let sum = i === j ? 1 : 0;
          for (let k = 0; k < n; k++) sum += root[i * n + k]! * root[j * n + k]!;
          return sum;
        });
        const right = x.map((_, i) =>
          x.reduce((sum, value, j) => sum + matrix[i * n + j]! * value, 0),
        );
        const solved = solvePositiveDefinite(matrix, Float64Array.from(right));
        for (const [i, value] of x.entries()) expect(solved[i]).toBeCloseTo(value, 6);
      }),
    );
  });

  it("refuses a matrix that is not positive definite", () => {
    expect(() => solvePositiveDefinite(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1))).toThrow(
      /must be positive/,
    );
  });
});
