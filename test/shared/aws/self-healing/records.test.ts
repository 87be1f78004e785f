import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { putAudit, readAudit, readDecision } from "../../../../shared/aws/self-healing/audit.ts";
import {
  deletePending,
  findPending,
  listPending,
  storePending,
} from "../../../../shared/aws/self-healing/pending-tasks.ts";
import {
  findRun,
  listRuns,
  listUnendedRuns,
  readRun,
  unlistRun,
  updateRun,
  writeRun,
} from "../../../../shared/aws/self-healing/runs.ts";
import type { PendingTask } from "../../../../shared/contracts/self-healing/pending-task.ts";
import { MemoryTable } from "../../../functions/memory-table.ts";
import { RUN } from "./run-sample.ts";

let table: MemoryTable;
beforeEach(() => {
  table = new MemoryTable();
});
afterEach(() => table.close());

describe("a run's record", () => {
  const record = { ...RUN, fence: 1 };

  it("is written once, and listed with its endpoint's and with the unended ones", async () => {
    expect(await writeRun(record)).toEqual(record);
    expect(await writeRun({ ...record, reason: "another", fence: 2 })).toEqual(record);
    expect(await readRun(RUN.run)).toEqual(record);
    expect(await listRuns("churn", "2026-01-01")).toEqual([record]);
    expect(await listRuns("churn", "2026-01-16")).toEqual([]);
    expect(await listUnendedRuns()).toEqual([{ run: RUN.run, endpoint: "churn" }]);
    await unlistRun(RUN.run);
    expect(await listUnendedRuns()).toEqual([]);
  });

  it("takes progress under its fence until it has ended", async () => {
    await writeRun(record);
    const modelPackageArn = "arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/2";
    await updateRun(record, { modelPackageArn });
    await expect(updateRun({ ...record, fence: 0 }, { modelPackageArn: "x" })).rejects.toThrow(
      'run "churn-0123456789": fence 0: must be the record\'s',
    );
    const ended = { outcome: "promoted", reason: "better", at: "2026-01-16T00:00:00Z" } as const;
    await updateRun(record, { ended });
    await expect(updateRun(record, { ended })).rejects.toMatchObject({ code: "run-not-current" });
    expect(await readRun(RUN.run)).toEqual({ ...record, modelPackageArn, ended });
  });

  it("is missed by name", async () => {
    expect(await findRun("churn-none")).toBeNull();
    await expect(readRun("churn-none")).rejects.toMatchObject({ code: "unknown-run" });
  });
});

describe("an audit", () => {
  const first = {
    ...{ run: RUN.run, endpoint: "churn", step: "evaluate-challenger", by: "evaluate-challenger" },
    ...{ at: "2026-01-15T11:00:00Z", decision: "better", reason: "auc +0.05", seen: { auc: 0.86 } },
    inputs: [{ key: "s3://bucket/evaluations/a", hash: "etag:e" }],
  };

  it("keeps what a step decided first, and is read in order of time", async () => {
    const earlier = { ...first, step: "decide-retraining", at: "2026-01-15T10:30:00Z" };
    expect(await putAudit(first)).toEqual(first);
    expect(await putAudit({ ...first, decision: "not-better" })).toEqual(first);
    await putAudit(earlier);
    expect(await readAudit(RUN.run)).toEqual([earlier, first]);
    expect(await readDecision(RUN.run, "evaluate-challenger")).toEqual(first);
    expect(await readDecision(RUN.run, "judge-canary.1")).toBeNull();
  });
});

describe("a pending task", () => {
  const task = {
    ...{ kind: "training-job", name: "churn-0123456789-t1", run: RUN.run, endpoint: "churn" },
    ...{ taskToken: "token-1", since: "2026-01-15T10:31:00Z" },
  } as PendingTask;

  it("is found by what it waits for, and forgotten with its own token only", async () => {
    await storePending(task);
    const again = { ...task, taskToken: "token-2" };
    await storePending(again);
    await deletePending(task);
    expect(await findPending("training-job", task.name)).toEqual(again);
    expect(await listPending()).toEqual([again]);
    await deletePending(again);
    await deletePending(again);
    expect(await findPending("training-job", task.name)).toBeNull();
  });
});
