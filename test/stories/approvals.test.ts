import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  DescribeModelPackageCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from "@aws-sdk/client-sagemaker";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentOn } from "../../local/account.ts";
import { httpApiUrl } from "../../local/http-api.ts";
import { approvalIdOf } from "../../shared/approval/question-ids.ts";
import { findApproval } from "../../shared/aws/approvals/approval-records.ts";
import { signedLink } from "../../shared/aws/approvals/link-signatures.ts";
import { workOff } from "../../shared/aws/functions.ts";
import { readDefinitionText, writeDefinition } from "../../shared/aws/monitors.ts";
import { listObjects } from "../../shared/aws/objects.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { findOpenIncident } from "../../shared/aws/self-healing/incidents.ts";
import { listRuns, readRun } from "../../shared/aws/self-healing/runs.ts";
import { openBrowser } from "../browser/open-browser.ts";
import { type Inbox, openInbox } from "./inbox.ts";
import { raiseAlarm, runEnd, waitsFor } from "./self-healing-runs.ts";
import {
  eventually,
  type HealingStage,
  openHealing,
  openPatient,
  startRetraining,
} from "./self-healing-stage.ts";
import { objectEvent } from "./stage.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const REQUIRED = { approval: "required: true, expiresAfter: P3D" };

let stage: HealingStage;
let inbox: Inbox;
let browser: Browser;
beforeAll(async () => {
  stage = await openHealing();
  inbox = await openInbox("plumbline-local-messages");
  process.env["PLUMBLINE_LINK_KEY_ID"] = "alias/plumbline-local-links";
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await stage.close();
});

/** A run that waits for its approval, and the link that people got for it. */
async function asked(endpoint: string): Promise<{ run: string; link: string }> {
  await openPatient(stage, { endpoint, ...REQUIRED });
  await profileCaptures(endpoint);
  const run = await startRetraining(endpoint);
  await waitsFor(run, "approval");
  return { run, link: await linkIn(`${endpoint}: version 1 awaits your approval`) };
}

/** What was captured before there was a definition is profiled by whoever asks for it. */
async function profileCaptures(endpoint: string): Promise<void> {
  const bucket = "plumbline-local";
  for (const { key, etag } of await listObjects({ bucket, key: `captures/${endpoint}/` })) {
    await workOff("local", "profile-capture", objectEvent("Object Created", bucket, { key, etag }));
  }
}

async function linkIn(subject: string): Promise<string> {
  const text = await eventually(`message "${subject}"`, () => inbox.find(subject));
  return /^(?:Decide here|Start or dismiss it here.*): (\S+)$/m.exec(text)![1]!;
}

async function visit(link: string, request: RequestInit = {}) {
  const response = await fetch(link, request);
  const markup = await response.text();
  const hidden = markup.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g);
  return {
    status: response.status,
    headers: response.headers,
    markup,
    cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "",
    fields: Object.fromEntries([...hidden].map(([, name, value]) => [name!, value!])),
  };
}

type Page = Awaited<ReturnType<typeof visit>>;

const send = (link: string, { cookie, fields }: Page, form: Record<string, string>) =>
  visit(link, {
    method: "POST",
    headers: { cookie },
    body: new URLSearchParams({ ...fields, ...form }),
  });

const decisionsOf = async (run: string) =>
  (await readAudit(run)).filter(({ step }) => step === "record-approval");

describe("the link of an approval, on the deployed route", () => {
  let run: string;
  let link: string;
  beforeAll(async () => {
    ({ run, link } = await asked("linked"));
  });
  const stateOf = async () => (await findApproval(approvalIdOf(run)))!.state;

  it("leads to the stage's own API, and shows the evidence of the run", async () => {
    expect(link.startsWith(`${await httpApiUrl(stage.account)}/approvals/`)).toBe(true);
    const page = await visit(link);
    expect(page.status).toBe(200);
    expect(page.markup).toMatch(/<p>AUC 0\.[89]\d* against 0\.[56]\d*, better by 0\.\d+/);
    const drift = /<tr class="(\w+)"><th>champion&#39;s, before.*?<tr class="(\w+)">/.exec(
      page.markup,
    );
    expect(drift?.slice(1)).toEqual(["violated", "passed"]);
    expect(page.markup).toMatch(/<bdi>Day Mins<\/bdi><td><span class="violated">/);
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self'; base-uri/,
    );
    expect(page.headers.get("set-cookie")).toMatch(
      /^__Host-plumbline-\w{32}=\w{32}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    );
  });

  it("decides nothing when it is looked up, by whatever method, and however often", async () => {
    await Promise.all(Array.from({ length: 5 }, () => visit(link)));
    await visit(link, { method: "HEAD" });
    await visit(link, { method: "OPTIONS" });
    expect(await stateOf()).toBe("pending");
    expect(await decisionsOf(run)).toEqual([]);
  });

  it("is worth nothing when it was changed, is another's, or is over", async () => {
    const page = await visit(link);
    const form = { decision: "approve", version: "1" };
    const [, signature] = /signature=(.+)$/.exec(link)!;
    const turned = [...signature!].reverse().join("");
    for (const changed of [
      link.replace(signature!, turned),
      link.replace(/expires=\d/, "expires=2"),
      link.replace("/approvals/", "/reviews/"),
    ]) {
      expect((await visit(changed)).status).toBe(403);
      expect((await send(changed, page, form)).status).toBe(403);
    }
    const claim = { kind: "approval", id: approvalIdOf(run), expiresAtMillis: 1_768_000_000_000 };
    const over = await signedLink({ ...claim, kind: "approval" });
    expect((await visit(over)).status).toBe(410);
    expect((await send(over, page, form)).status).toBe(410);
    expect((await send(link, { ...page, cookie: "" }, form)).status).toBe(403);
    expect(await stateOf()).toBe("pending");
  });

  it("decides once of two that are sent at once, and is used up then", async () => {
    const page = await visit(link);
    const form = { decision: "reject", version: "1", comment: "the story's" };
    const sent = await Promise.all([1, 2, 3, 4].map(() => send(link, page, form)));
    expect(sent.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410]);
    const replayed = await send(link, page, { ...form, decision: "approve" });
    expect(replayed.status).toBe(410);
    expect(replayed.markup).toContain("Version 1 is rejected");
    expect((await visit(link)).status).toBe(410);
    expect(await decisionsOf(run)).toMatchObject([
      { by: "link", decision: "rejected", reason: expect.stringContaining(": the story's") },
    ]);
    expect(await runEnd(run)).toMatchObject({ outcome: "rejected", left: [] });
    const { modelPackageArn } = (await findApproval(approvalIdOf(run)))!;
    const command = new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn });
    expect(await new SageMakerClient({}).send(command)).toMatchObject({
      ModelApprovalStatus: "Rejected",
      ApprovalDescription: "rejected by link: the story's",
    });
  });
});

describe("a version", () => {
  it("is approved in a browser, by the form that the link leads to", async () => {
    const { run, link } = await asked("browsed");
    const page = await (await browser.newContext()).newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(link);
    await page.getByLabel("approved: it takes traffic step by step").check();
    await page.getByLabel("Type the number of the version").fill("3");
    await page.getByRole("button").click();
    expect(await page.getByRole("alert").innerText()).toContain('"3" is not version 1');
    await page.getByLabel("approved: it takes traffic step by step").check();
    await page.getByLabel("Type the number of the version").fill("1");
    await page.getByLabel("Why").fill("looks good");
    await page.getByRole("button").click();
    expect(await page.getByRole("heading").innerText()).toBe("Version 1 is approved");
    expect(complaints.filter((text) => !text.includes("400"))).toEqual([]);
    expect(await decisionsOf(run)).toMatchObject([{ by: "link", decision: "approved" }]);
    await eventually("its candidate", async () => (await readRun(run)).candidate);
  });

  it("is decided in the registry, and by its word alone", async () => {
    const { run } = await asked("registered");
    const { modelPackageArn: ModelPackageArn } = (await findApproval(approvalIdOf(run)))!;
    const update = { ModelPackageArn, ModelApprovalStatus: "Rejected" } as const;
    await new SageMakerClient({}).send(
      new UpdateModelPackageCommand({ ...update, ApprovalDescription: "not now" }),
    );
    expect(await runEnd(run)).toMatchObject({ outcome: "rejected", left: [] });
    expect(await decisionsOf(run)).toMatchObject([
      { by: "registry", reason: expect.stringContaining(": not now") },
    ]);
    await eventually("the message of its end", () =>
      inbox.find("registered: version 1 was rejected"),
    );
  });

  it("is decided on the command line, once", async () => {
    const { run } = await asked("typed");
    const rejected = await plumbline("reject", run, "--comment=too soon", "--json");
    expect(rejected).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(rejected.stdout)).toMatchObject({
      changes: true,
      record: { state: "rejected", decided: { through: "command-line", comment: "too soon" } },
    });
    const approved = await plumbline("approve", run);
    expect(approved.code).toBe(1);
    expect(approved.stdout).toMatch(/^version 1 of typed was rejected at .* by arn:aws:.* already/);
    expect((await plumbline("reject", run)).code).toBe(0);
    expect(await plumbline("approve", "nobody-0123456789")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("no approval was asked for"),
    });
    expect(await runEnd(run)).toMatchObject({ outcome: "rejected", left: [] });
  });
});

it("a review starts a run by the form that its link leads to", async () => {
  await openPatient(stage, { endpoint: "reviewed", ...REQUIRED });
  const definition = (await readDefinitionText("reviewed"))!;
  const byReview = definition.replace("retraining:\n", "retraining:\n  mode: review\n");
  await writeDefinition("reviewed", byReview);
  await raiseAlarm("plumbline-local.reviewed.model-quality");
  const link = await linkIn("reviewed: retrain the model?");
  const page = await visit(link);
  expect(page.markup).toContain("Is the model of <bdi>reviewed</bdi> to be retrained?");
  expect(await listRuns("reviewed", "")).toEqual([]);
  const sent = await send(link, page, { decision: "start" });
  expect(sent.status).toBe(200);
  const [run] = await listRuns("reviewed", "");
  expect(sent.markup).toContain(`Run ${run?.run} has started.`);
  expect(run).toMatchObject({ cause: "review", startedBy: "link" });
  expect((await send(link, page, { decision: "dismiss" })).status).toBe(410);
  expect((await findOpenIncident("reviewed"))?.review).toMatchObject({ decision: "start" });
});

/** The command line as a user has it. */
async function plumbline(...args: string[]) {
  const program = join(root, "cli", "plumbline.js");
  const { endpointUrl } = stage.account;
  const environment = environmentOn(stage.account);
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [program, ...args, `--endpoint-url=${endpointUrl}`],
      { env: environment },
    );
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}
