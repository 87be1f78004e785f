import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../functions/record-approval/handler.ts";
import { handler as requestApproval } from "../../functions/request-approval/handler.ts";
import { handler as resumeExecution } from "../../functions/resume-execution/handler.ts";
import { findApproval } from "../../shared/aws/approvals/approval-records.ts";
import { answerApproval, decideApproval } from "../../shared/aws/approvals/decide-approval.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { listPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { APPROVAL_ID, ApprovalAccount, ARN, LINK, OPEN_UNTIL, TASK } from "./approval-account.ts";
import { browse } from "./browse.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
  process.env.AWS_REGION = "us-east-1";
});

const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;
const { run } = TASK;
const LATER = "2026-01-16T09:00:00.000Z";

let account: ApprovalAccount;
beforeEach(async () => {
  account = new ApprovalAccount();
  await account.begin();
});
afterEach(() => account.close());

const state = () => structuredClone(Object.fromEntries(account.table.items));
const ask = () => requestApproval(TASK, CONTEXT);
const open = () => browse(handler, LINK, { at: LATER });
async function approve() {
  const page = await open();
  const form = { ...page.fields, decision: "approve", version: "2" };
  return await browse(handler, LINK, { at: LATER, cookies: page.cookies, form });
}
const registryChanged = (ModelApprovalStatus: string) => {
  const event = sample("record-approval/approved-in-registry");
  const detail = { ...event.detail, ModelPackageArn: ARN, ModelApprovalStatus };
  return handler({ ...event, time: LATER, detail }, CONTEXT);
};
const sweep = (time: string) =>
  resumeExecution({ ...sample("resume-execution/scheduled-event"), time }, CONTEXT);
const sample = (name: string) => JSON.parse(readFileSync(`events/${name}.json`, "utf8"));

/** All that a decision leaves, and how often each. */
async function traces() {
  const audit = await readAudit(run);
  return {
    state: (await findApproval(APPROVAL_ID))?.state,
    decisions: audit.filter(({ step }) => step === "record-approval").map((each) => each.decision),
    registry: account.registry.ModelApprovalStatus,
    answers: account.answers.map(([token, { outcome }]) => [token, outcome]),
    pending: await listPending(),
  };
}

describe("the registry's own word", () => {
  beforeEach(ask);

  it("decides, by whom the registry says, and comes back from us without effect", async () => {
    const by = "arn:aws:iam::000000000000:user/ana";
    account.registry = {
      ModelApprovalStatus: "Approved",
      ApprovalDescription: "looks good",
      LastModifiedTime: new Date("2026-01-16T08:59:58.000Z"),
      LastModifiedBy: { IamIdentity: { Arn: by } },
    };
    await registryChanged("Approved");
    const reason = `approved by ${by} at 2026-01-16T08:59:58.000Z: looks good`;
    expect(account.answers).toEqual([["token", { outcome: "approved", reason }]]);
    const after = state();
    await registryChanged("Approved");
    expect(state()).toEqual(after);
    expect((await open()).markup).toContain("Version 2 is approved");
  });

  it("is what it says when it is asked, not what the event said", async () => {
    await registryChanged("Approved");
    expect(account.answers).toEqual([]);
    account.registry = { ModelApprovalStatus: "Rejected" };
    await registryChanged("Approved");
    expect(account.answers).toMatchObject([["token", { outcome: "rejected" }]]);
  });

  it("that takes an approval back stands: a version is not approved again by us", async () => {
    await approve();
    account.registry = { ModelApprovalStatus: "Rejected" };
    await registryChanged("Rejected");
    expect(account.registry.ModelApprovalStatus).toBe("Rejected");
    expect(await findApproval(APPROVAL_ID)).toMatchObject({ state: "approved" });
  });

  it("about a version of nobody's run changes nothing", async () => {
    const before = state();
    await handler(sample("record-approval/approved-in-registry"), CONTEXT);
    expect(state()).toEqual(before);
  });
});

describe("an approval that nobody gives", () => {
  it("is told of once more a day before, and expires with the sweep", async () => {
    await ask();
    await sweep("2026-01-17T11:59:00Z");
    expect(account.events.map(({ stage }) => stage)).toEqual(["approval-requested"]);
    await sweep("2026-01-17T12:04:00Z");
    await sweep("2026-01-17T12:09:00Z");
    expect(account.events.map(({ stage }) => stage)).toEqual([
      "approval-requested",
      "approval-reminder",
    ]);
    expect(account.events[1]).toMatchObject({
      question: { id: APPROVAL_ID, openUntil: OPEN_UNTIL },
    });
    expect(account.answers).toEqual([]);
    await sweep("2026-01-18T12:03:00Z");
    expect(account.answers).toEqual([
      ["token", { outcome: "expired", reason: `nobody decided until ${OPEN_UNTIL}` }],
    ]);
    expect(await traces()).toMatchObject({
      ...{ state: "expired", decisions: ["expired"], registry: "Rejected", pending: [] },
    });
    expect((await open()).status).toBe(410);
  });

  it("counts when it was given in time, though its event was lost", async () => {
    await ask();
    const LastModifiedTime = new Date("2026-01-18T11:59:00Z");
    account.registry = { ModelApprovalStatus: "Approved", LastModifiedTime };
    await sweep("2026-01-18T12:03:00Z");
    expect(await traces()).toMatchObject({ state: "approved", answers: [["token", "approved"]] });
  });

  it("is too late in the registry as anywhere", async () => {
    await ask();
    const LastModifiedTime = new Date("2026-01-18T12:01:00Z");
    account.registry = { ModelApprovalStatus: "Approved", LastModifiedTime };
    await sweep("2026-01-18T12:03:00Z");
    expect(await traces()).toMatchObject({ state: "expired", registry: "Rejected" });
  });
});

describe("a function that dies at any call", () => {
  it("while it asks: the same question is asked again, and stands as it was first", async () => {
    let moment = 1;
    for (; moment < 100; moment++) {
      account.close();
      account = new ApprovalAccount();
      await account.begin();
      account.dieAt(moment);
      const died = await ask().then(
        () => false,
        () => true,
      );
      account.around = () => {};
      const first = await findApproval(APPROVAL_ID);
      await requestApproval({ ...TASK, taskToken: "newer" }, CONTEXT);
      const asked = await findApproval(APPROVAL_ID);
      expect(asked).toMatchObject({ state: "pending", openUntil: OPEN_UNTIL });
      if (first !== null) expect(asked).toEqual(first);
      expect(await listPending()).toMatchObject([{ kind: "approval", taskToken: "newer" }]);
      expect((await approve()).status).toBe(200);
      expect(account.answers).toMatchObject([["newer", { outcome: "approved" }]]);
      if (!died) break;
    }
    expect(moment).toBeGreaterThan(25);
  });

  it.each([
    ["by the sweep", () => sweep(LATER)],
    ["by the next who wants to decide", () => decideAnew()],
    ["by the registry's event", () => registryChanged("Approved")],
  ])("while it decides: what is missing is done %s", async (_, repair) => {
    let moment = 1;
    for (; moment < 100; moment++) {
      account.close();
      account = new ApprovalAccount();
      await account.begin();
      await ask();
      const page = await open();
      account.dieAt(moment);
      const form = { ...page.fields, decision: "approve", version: "2" };
      const sent = await browse(handler, LINK, { at: LATER, cookies: page.cookies, form });
      account.around = () => {};
      const isDecided = (await findApproval(APPROVAL_ID))!.state === "approved";
      if (isDecided) await repair();
      const expected = {
        ...{ state: "approved", decisions: ["approved"], registry: "Approved", pending: [] },
        answers: [["token", "approved"]],
      };
      const nothing = {
        ...{ state: "pending", decisions: [], registry: "PendingManualApproval", answers: [] },
        pending: [{ kind: "approval" }],
      };
      expect(await traces()).toMatchObject(isDecided ? expected : nothing);
      if (sent.status === 200) break;
      expect(sent.status).toBe(503);
    }
    expect(moment).toBeGreaterThan(20);
  });

  /** The other way round: the first decision stands all the same. */
  const decideAnew = () =>
    decideApproval(APPROVAL_ID, {
      ...{ state: "rejected", at: LATER, by: "arn:aws:iam::1:user/bob", through: "command-line" },
    });
});

describe("a question that is decided before its task waits", () => {
  it("is answered at once, and nobody is told of a link", async () => {
    account.registry = { ModelApprovalStatus: "Approved" };
    await ask();
    expect(await traces()).toMatchObject({
      ...{ state: "approved", answers: [["token", "approved"]], pending: [] },
    });
    expect(account.events).toEqual([]);
    expect(await answerApproval(APPROVAL_ID, Date.parse(LATER))).toBeNull();
  });
});
