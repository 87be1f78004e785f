import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../functions/record-review/handler.ts";
import { reviewQuestion } from "../../shared/approval/review.ts";
import { noteAnswer } from "../../shared/aws/approvals/review-answers.ts";
import { findReview, storeReview } from "../../shared/aws/approvals/review-records.ts";
import { findOpenIncident, noteAlarm, noteAsked } from "../../shared/aws/self-healing/incidents.ts";
import type { IncidentCause } from "../../shared/contracts/self-healing/incident.ts";
import { ApprovalAccount, linkTo } from "./approval-account.ts";
import { browse, type Seen } from "./browse.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
  process.env.AWS_REGION = "us-east-1";
});

const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;
const ASKED = "2026-01-15T12:00:00.000Z";
const OPEN_UNTIL = "2026-01-18T12:00:00.000Z";
const LATER = "2026-01-16T09:00:00.000Z";
const ALARM = { endpoint: "churn", alarm: "plumbline-test.churn.data-quality" } as const;

let account: ApprovalAccount;
let link: string;
beforeEach(async () => {
  account = new ApprovalAccount();
  await noteAlarm({ ...ALARM, state: "ALARM", at: ASKED, causes: ["drift"] });
  link = await askAbout(["drift"]);
});
afterEach(() => account.close());

/** As decide-retraining asks. */
async function askAbout(causes: readonly IncidentCause[]): Promise<string> {
  const incident = (await findOpenIncident("churn"))!;
  const asked = { causes, reason: "drift alone is no loss", expiresAfter: "P3D" };
  const question = reviewQuestion(incident, { ...asked, nowMillis: Date.parse(ASKED) });
  await storeReview(question);
  await noteAsked(incident, causes);
  return linkTo("review", question.reviewId, question.openUntil);
}

const idOf = (url: string) => new URL(url).pathname.split("/").at(-1)!;
const state = () => structuredClone(Object.fromEntries(account.table.items));
const open = (at = LATER) => browse(handler, link, { at });
const send = (page: Seen, decision: string, at = LATER) => {
  const form = { ...page.fields, decision };
  return browse(handler, link, { at, cookies: page.cookies, form });
};

describe("the link of a review", () => {
  it("shows why it is asked, and changes nothing however often", async () => {
    const before = state();
    await open();
    const { status, markup, headers } = await open();
    expect(status).toBe(200);
    expect(markup).toContain("Is the model of <bdi>churn</bdi> to be retrained?");
    expect(markup).toContain("Found: drift. Drift alone is no loss.");
    expect(markup).toContain("plumbline-test.churn.data-quality");
    expect(headers["cache-control"]).toBe("no-store");
    expect([state(), account.invoked]).toEqual([before, []]);
  });

  it("starts a run: the answer is noted once, and decided about at once", async () => {
    account.decision = { churn: { decision: "retrain", start: { run: "churn-1" }, reason: "" } };
    const page = await open();
    const sent = await send(page, "start");
    expect(sent.markup).toContain("Run churn-1 has started.");
    expect(account.invoked).toEqual([{ endpoint: "churn", time: LATER }]);
    const answered = { decision: "start", at: LATER, by: "link" };
    expect(await findReview(idOf(link))).toMatchObject({ answered });
    // Which decide-retraining does before it decides.
    const incident = await noteAnswer(await findOpenIncident("churn"));
    expect(incident!.review).toEqual({ ...answered, causes: ["drift"] });

    const again = await send(page, "dismiss");
    expect(again.status).toBe(410);
    expect(again.markup).toContain("The first answer stands.");
    expect(account.invoked).toHaveLength(1);
    expect((await findReview(idOf(link)))!.answered).toEqual(answered);
  });

  it("says why no run starts", async () => {
    const reason = "run churn-1 began at 2026-01-15T13:00:00Z: the next may begin P1D later";
    account.decision = { churn: { decision: "nothing", reason, retryAt: "2026-01-16T13:00:00Z" } };
    const { markup } = await send(await open(), "start");
    expect(markup).toContain(`No run has started: ${reason}.`);
    expect(markup).toContain("It is looked at again after 2026-01-16T13:00:00Z.");
  });

  it("is answered though nobody can act on it now", async () => {
    const page = await open();
    account.around = (call) => {
      if (call === "Invoke") throw new Error("throttled");
    };
    const { status, markup } = await send(page, "dismiss");
    expect(status).toBe(200);
    expect(markup).toContain("What follows from it is decided within the hour.");
    account.around = () => {};
    const incident = await noteAnswer(await findOpenIncident("churn"));
    expect(incident!.review).toMatchObject({ decision: "dismiss" });
    expect(await noteAnswer(incident)).toBe(incident);
  });

  it("is answered once of two that are sent at once", async () => {
    const page = await open();
    const sent = await Promise.all(["start", "dismiss"].map((each) => send(page, each)));
    expect(sent.map(({ status }) => status).sort()).toEqual([200, 410]);
    expect(account.invoked).toHaveLength(1);
  });

  it("is over when something else was found and asked about since", async () => {
    const page = await open();
    await noteAlarm({ ...ALARM, state: "ALARM", at: LATER, causes: ["quality-loss"] });
    const newer = await askAbout(["quality-loss", "drift"]);
    expect(idOf(newer)).not.toBe(idOf(link));
    const sent = await send(page, "start");
    expect([sent.status, sent.markup]).toEqual([
      410,
      expect.stringContaining("There is a newer question"),
    ]);
    expect(account.invoked).toEqual([]);
  });

  it("is over with the alarms that it was about, and with its time", async () => {
    expect((await open(OPEN_UNTIL)).status).toBe(410);
    await noteAlarm({ ...ALARM, state: "OK", at: LATER, causes: [] });
    const { status, markup } = await open();
    expect(status).toBe(410);
    expect(markup).toContain("There is nothing left to answer");
  });

  it("is nobody else's", async () => {
    const page = await open();
    expect((await send({ ...page, cookies: [] }, "start")).status).toBe(403);
    expect((await send(page, "maybe")).status).toBe(400);
    link = link.replace(/signature=.{4}/, "signature=AAAA");
    expect((await open()).status).toBe(403);
    link = linkTo("review", "e".repeat(32), OPEN_UNTIL);
    expect((await open()).status).toBe(404);
    expect(account.invoked).toEqual([]);
  });
});

it.each(["opened", "posted"])("sample %s is no link of ours", async (name) => {
  const event = JSON.parse(readFileSync(`events/record-review/${name}.json`, "utf8"));
  expect(await handler(event, CONTEXT)).toMatchObject({ statusCode: 403 });
});
