import { describe, expect, it } from "vitest";
import type { DeploymentRecord } from "../../../shared/contracts/self-healing/run.ts";
import { servedBaseline, servedIn } from "../../../shared/window/served-model.ts";

const record = (variant: string, from: string, more: Partial<DeploymentRecord> = {}) =>
  Object.freeze({
    endpoint: "churn",
    variant,
    modelName: variant,
    endpointConfigName: `with-${variant}`,
    modelPackageArn: null,
    baseline: `s3://bucket/baselines/churn/${variant}/`,
    from,
    ...more,
  });

const window = (from: string, to: string) => ({
  fromMillis: Date.parse(`2026-01-15T${from}Z`),
  toMillis: Date.parse(`2026-01-15T${to}Z`),
});

/** A canary from 10:00 on, promoted at 11:20. */
const TIMELINE = Object.freeze([
  record("v-1", "2026-01-15T09:00:00Z", { to: "2026-01-15T11:20:00Z" }),
  record("v-2", "2026-01-15T10:00:00Z", { run: "churn-0123456789" }),
]);

describe("servedIn", () => {
  it.each([
    {
      when: "before anything was known",
      variant: "_all",
      hours: ["01:00", "02:00"],
      expected: "v-1",
    },
    {
      when: "during a canary, of all variants",
      variant: "_all",
      hours: ["10:00", "11:00"],
      expected: "v-1",
    },
    {
      when: "during a canary, of its own",
      variant: "v-2",
      hours: ["10:00", "11:00"],
      expected: "v-2",
    },
    {
      when: "with the promotion early in it",
      variant: "_all",
      hours: ["11:00", "12:00"],
      expected: "v-2",
    },
    { when: "after the promotion", variant: "_all", hours: ["12:00", "13:00"], expected: "v-2" },
    {
      when: "of a variant that is not known",
      variant: "v-9",
      hours: ["09:00", "10:00"],
      expected: "v-1",
    },
    {
      when: "of the champion after it ended",
      variant: "v-1",
      hours: ["12:00", "13:00"],
      expected: "v-1",
    },
  ])("finds who served a window $when", ({ variant, hours: [from, to], expected }) => {
    expect(servedIn(TIMELINE, variant, window(from!, to!))?.variant).toBe(expected);
  });

  it("finds nobody in an empty timeline", () => {
    expect(servedIn([], "_all", window("10:00", "11:00"))).toBeNull();
  });
});

describe("servedBaseline", () => {
  it("is that of the version a run promoted, and the definition's for what was there before", () => {
    const [before, after] = [window("10:00", "11:00"), window("12:00", "13:00")];
    expect(servedBaseline(TIMELINE, "_all", before)).toBeNull();
    expect(servedBaseline(TIMELINE, "_all", after)).toBe("s3://bucket/baselines/churn/v-2/");
  });
});
