import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../functions/record-approval/handler.ts";
import { handler as requestApproval } from "../../functions/request-approval/handler.ts";
import { findApproval } from "../../shared/aws/approvals/approval-records.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { listPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { updateRun } from "../../shared/aws/self-healing/runs.ts";
import {
  API,
  APPROVAL_ID,
  ApprovalAccount,
  ARN,
  LINK,
  linkTo,
  OPEN_UNTIL,
  TASK,
} from "./approval-account.ts";
import { browse, type Seen } from "./browse.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
  process.env.AWS_REGION = "us-east-1";
});

const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;
const { run } = TASK;
const LATER = "2026-01-16T09:00:00.000Z";
const sample = (name: string) =>
  JSON.parse(readFileSync(`events/record-approval/${name}.json`, "utf8"));

let account: ApprovalAccount;
beforeEach(async () => {
  account = new ApprovalAccount();
  await account.begin();
  await requestApproval(TASK, CONTEXT);
});
afterEach(() => account.close());

const state = () => structuredClone(Object.fromEntries(account.table.items));
const open = (at = LATER, link = LINK) => browse(handler, link, { at });
const send = (page: Seen, form: Record<string, string> = {}, at = LATER) =>
  browse(handler, LINK, {
    ...{ at, cookies: page.cookies },
    form: { ...page.fields, decision: "approve", version: "2", comment: "", ...form },
  });
function moveTo(url: URL, path: string): void {
  url.pathname = path;
}

describe("a link that is opened", () => {
  it("shows what the decision is about, and changes nothing however often", async () => {
    const before = state();
    const page = await open();
    await open();
    expect(page.status).toBe(200);
    expect(page.markup).toContain("Version 2 of churn: may it go into service?");
    expect(page.markup).toContain("AUC 0.912 against 0.784, better by 0.128");
    expect(page.fields["evidence"]).toBe((await findApproval(APPROVAL_ID))!.evidenceSha256);
    expect(state()).toEqual(before);
    expect([account.answers, account.registry.ModelApprovalStatus]).toEqual([
      [],
      "PendingManualApproval",
    ]);
  });

  it("is answered so that nobody keeps it, frames it, runs anything in it, or learns of it", async () => {
    const { headers, markup } = await open();
    const [, style] = /<style>(.*?)<\/style>/s.exec(markup)!;
    const hash = createHash("sha256").update(style!).digest("base64");
    expect(headers).toEqual({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; ` +
        "base-uri 'none'; frame-ancestors 'none'",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "strict-transport-security": "max-age=31536000",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "x-robots-tag": "noindex, nofollow",
    });
    expect(markup).not.toMatch(/<script|style=|https?:/);
  });

  it.each([
    ["signature", (url: URL) => url.searchParams.set("signature", "A".repeat(43))],
    ["expiry", (url: URL) => url.searchParams.set("expires", "1999999999999")],
    ["missing signature", (url: URL) => url.searchParams.delete("signature")],
    ["approval", (url: URL) => moveTo(url, `/approvals/${"f".repeat(32)}`)],
    ["path", (url: URL) => moveTo(url, "/approvals/..%2Fsecrets")],
  ])("is refused when its %s was changed, opened or sent", async (_, change) => {
    const before = state();
    const url = new URL(LINK);
    change(url);
    const page = await open();
    const opened = await open(LATER, url.href);
    const form = { ...page.fields, decision: "approve", version: "2" };
    const visit = { at: LATER, cookies: page.cookies, form };
    const sent = await browse(handler, url.href, visit);
    for (const { status, markup } of [opened, sent]) {
      expect(status).toBe(403);
      expect(markup).toContain("This link is not valid");
    }
    expect(state()).toEqual(before);
  });

  it("is a review's link for no approval", async () => {
    const link = linkTo("review", APPROVAL_ID, OPEN_UNTIL).replace("/reviews/", "/approvals/");
    expect((await open(LATER, link)).status).toBe(403);
  });

  it("is over from the expiry on, opened or sent, before anybody has noted it", async () => {
    const page = await open();
    const before = state();
    expect((await open(OPEN_UNTIL)).status).toBe(410);
    const sent = await send(page, {}, OPEN_UNTIL);
    expect(sent.status).toBe(410);
    expect(sent.markup).toContain("This link is over");
    expect(state()).toEqual(before);
  });

  it("of a question that nobody asked leads nowhere", async () => {
    const link = linkTo("approval", "e".repeat(32), OPEN_UNTIL);
    const page = await open(LATER, link);
    expect([page.status, page.markup]).toEqual([404, expect.stringContaining("Nobody asks this")]);
  });

  it("can decide nothing when the run has ended", async () => {
    const page = await open();
    const ended = { outcome: "failed", reason: "stopped", at: LATER } as const;
    await updateRun({ run, fence: 1 }, { ended });
    expect((await open()).status).toBe(410);
    const sent = await send(page);
    expect(sent.markup).toContain("There is nothing left to decide");
    expect((await findApproval(APPROVAL_ID))!.state).toBe("pending");
  });

  it("can decide nothing when what it shows is not what was asked about", async () => {
    const key = `evaluations/${run}/report.json`;
    account.objects.set(key, account.objects.get(key)!.replace("0.912", "0.999"));
    const page = await open();
    expect(page.status).toBe(410);
    expect(page.markup).toContain("has changed since it was asked");
    const good = { ...page, fields: { token: "t", evidence: "f".repeat(64) } };
    expect((await send(good)).status).toBe(403);
  });

  it("says nothing of what went wrong but where to look", async () => {
    account.around = () => {
      throw new Error("secret detail of the inside");
    };
    const page = await open();
    expect(page.status).toBe(503);
    expect(page.markup).toContain("at request r1");
    expect(page.markup).not.toMatch(/secret|Error|at .*\.ts/);
  });
});

describe("a form that is sent", () => {
  it.each([
    ["approve", "approved", "Approved"],
    ["reject", "rejected", "Rejected"],
  ])("decides once: %s", async (decision, outcome, status) => {
    const page = await open();
    const sent = await send(page, { decision, comment: " seems right " });
    expect(sent.status).toBe(200);
    expect(sent.markup).toContain(`Version 2 is ${outcome}`);
    const reason = `${outcome} by link at ${LATER}: seems right`;
    expect(account.answers).toEqual([["token", { outcome, reason }]]);
    expect(account.registry).toEqual({
      ModelApprovalStatus: status,
      ApprovalDescription: `${outcome} by link: seems right`,
    });
    const audit = (await readAudit(run)).find(({ step }) => step === "record-approval");
    expect(audit).toMatchObject({ at: LATER, by: "link", decision: outcome, reason });
    expect(audit!.inputs[0]).toEqual({ key: ARN, hash: `sha256:${page.fields["evidence"]}` });
    expect(await listPending()).toEqual([]);

    // The link is used up, whoever sends it again and whatever they want.
    const again = await send(page, { decision: "reject" });
    expect(again.status).toBe(410);
    expect(again.markup).toContain(`Version 2 is ${outcome}`);
    expect((await open()).status).toBe(410);
    expect(account.answers).toHaveLength(1);
  });

  it("decides once of two that are sent at once", async () => {
    const page = await open();
    const decisions = ["approve", "reject"];
    const sent = await Promise.all(decisions.map((decision) => send(page, { decision })));
    expect(sent.map(({ status }) => status).sort()).toEqual([200, 410]);
    const { state: decided } = (await findApproval(APPROVAL_ID))!;
    expect(account.answers).toMatchObject([["token", { outcome: decided }]]);
    const won = sent.find(({ status }) => status === 200)!;
    expect(won.markup).toContain(`Version 2 is ${decided}`);
  });

  it("asks again when another version was typed, and keeps what was written", async () => {
    const before = state();
    const page = await open();
    const sent = await send(page, { version: "12", comment: "<b>good" });
    expect(sent.status).toBe(400);
    expect(sent.markup).toContain("Nothing was recorded: &quot;12&quot; is not version 2.");
    expect(sent.markup).toContain("&lt;b&gt;good</textarea>");
    expect(state()).toEqual(before);
    expect((await send(sent)).status).toBe(200);
  });

  it("is nobody else's: without our cookie, with another's token, from another site", async () => {
    const before = state();
    const page = await open();
    const other = await open();
    expect(other.cookies).not.toEqual(page.cookies);
    const form = { ...page.fields, decision: "approve", version: "2" };
    for (const visit of [
      { cookies: [], form },
      { cookies: other.cookies, form },
      { cookies: page.cookies, form: { ...form, token: "forged" } },
      { cookies: page.cookies, form, headers: { "sec-fetch-site": "cross-site" } },
    ]) {
      const sent = await browse(handler, LINK, { at: LATER, ...visit });
      expect(sent.status).toBe(403);
      expect(sent.markup).toContain("This form is out of date");
    }
    expect(state()).toEqual(before);
  });

  it("shares its cookie with the other windows of the same browser", async () => {
    const page = await open();
    const again = await browse(handler, LINK, { at: LATER, cookies: page.cookies });
    expect(again.cookies).toEqual(page.cookies);
    expect((await send(page)).status).toBe(200);
  });

  it.each([
    { decision: "maybe" },
    { evidence: "none" },
    { comment: "x".repeat(901) },
    { version: "2", extra: "field" },
  ])("is refused when it is none of ours: %o", async (form) => {
    const sent = await send(await open(), form as Record<string, string>);
    expect(sent.status).toBe(400);
    expect(account.answers).toEqual([]);
  });

  it("decides about nothing else than it showed", async () => {
    const sent = await send(await open(), { evidence: "f".repeat(64) });
    expect(sent.status).toBe(410);
    expect((await findApproval(APPROVAL_ID))!.state).toBe("pending");
  });
});

describe("every sample", () => {
  it.each(["opened", "posted", "link-cut"])("%s is no link of ours", async (name) => {
    expect(await handler(sample(name), CONTEXT)).toMatchObject({ statusCode: 403 });
  });

  it("that is no request is told so", async () => {
    expect(await handler({}, CONTEXT)).toMatchObject({ statusCode: 400 });
    expect(LINK.startsWith(`${API}/approvals/`)).toBe(true);
  });
});
