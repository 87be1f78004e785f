import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/stories/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    maxConcurrency: 10,
    env: { TZ: "UTC" },
  },
});
