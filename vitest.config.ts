import { defineConfig } from "vitest/config";

// One seed for every property test of a run, printed so that a failure can be replayed.
const seed = process.env["PLUMBLINE_TEST_SEED"] ?? String(Date.now() % 2 ** 31);
process.env["PLUMBLINE_TEST_SEED"] = seed;
console.log(`property tests: PLUMBLINE_TEST_SEED=${seed}`);

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/stories/**", "test/browser/**"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 60_000,
    // On a fresh clone the first account of all waits for its Python packages, and the others for it.
    hookTimeout: 300_000,
    env: { TZ: "UTC" },
  },
});
