import fc from "fast-check";

// vitest.config.ts chose and printed the seed; fast-check prints it again with any failure.
fc.configureGlobal({ seed: Number(process.env["PLUMBLINE_TEST_SEED"] ?? 1) });
