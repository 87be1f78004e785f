import { describe, expect, it } from "vitest";
import { explainRun } from "../../cli/explain-run.ts";
import type { AuditRecord } from "../../shared/contracts/self-healing/audit-record.ts";
import { RUN } from "../shared/aws/self-healing/run-sample.ts";

const decision: AuditRecord = {
  ...{ run: RUN.run, endpoint: "churn", step: "evaluate-challenger", by: "evaluate-challenger" },
  ...{ at: "2026-01-15T11:00:00Z", decision: "better", reason: "auc +0.05, 95 % [0.02, 0.08]" },
  seen: { champion: 0.81, challenger: 0.86 },
  inputs: [{ key: "s3://bucket/evaluations/a", hash: "etag:e" }, { key: "churn/2" }],
};

describe("explainRun", () => {
  it("tells each decision with its numbers, inputs and who made it", () => {
    const earlier = {
      ...decision,
      ...{ step: "decide-retraining.2026-01-15T09:00:00.000Z", at: "2026-01-15T09:00:00Z" },
      ...{ decision: "nothing", reason: "the last run began too late", seen: {}, inputs: [] },
    };
    const candidate = { variant: "green", modelName: "churn-0123456789" } as never;
    const ended = { outcome: "promoted", reason: "read back", at: "2026-01-15T13:00:00Z" } as const;
    const run = { ...RUN, fence: 1, candidate, ended };
    expect(explainRun({ run, before: [earlier], decisions: [decision], waitingFor: [] })).toBe(`\
Run churn-0123456789 of endpoint churn: promoted at 2026-01-15T13:00:00Z: read back
  started     2026-01-15T10:30:00Z by decide-retraining: quality-loss, run 1 of incident 2026-01-15T10:25:00Z
  champion    churn-1, variant blue
  challenger  churn-0123456789, variant green

Before it
  2026-01-15T09:00:00Z  decide-retraining.2026-01-15T09:00:00.000Z: nothing, by evaluate-challenger
      the last run began too late

Decisions
  2026-01-15T11:00:00Z  evaluate-challenger: better, by evaluate-challenger
      auc +0.05, 95 % [0.02, 0.08]
      seen: champion 0.81, challenger 0.86
      from: s3://bucket/evaluations/a (etag:e)
      from: churn/2`);
  });

  it("tells what an open run waits for", () => {
    const waitingFor = [{ kind: "training-job", name: "churn-t1", since: "10:31" }] as const;
    const text = explainRun({ run: { ...RUN, fence: 1 }, before: [], decisions: [], waitingFor });
    expect(text).toMatch(
      /: it goes on\n[\s\S]*\n {2}waits for {3}training-job churn-t1, since 10:31\n/,
    );
  });
});
