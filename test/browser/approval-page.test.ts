import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReviewQuestion } from "../../shared/contracts/self-healing/approval.ts";
import { renderAnswerPage } from "../../shared/report/answer-page.ts";
import { renderApprovalPage } from "../../shared/report/approval-page.ts";
import { FORM_STYLE } from "../../shared/report/form-style.ts";
import { renderReviewPage } from "../../shared/report/review-page.ts";
import { EVIDENCE } from "../shared/report/sample-approval.ts";
import { openBrowser } from "./open-browser.ts";

const FORM = { token: "t", evidenceSha256: "a".repeat(64), problem: "No.", comment: "" };
const ALARM = { state: "ALARM", since: "2026-01-15T11:27:12.345Z", causes: ["drift"] } as const;
const REVIEW: ReviewQuestion = {
  ...{ reviewId: "f".repeat(32), endpoint: "churn", incident: "0f1e2d3c4b" },
  causes: ["drift"],
  reason: "drift alone is no loss of quality: a person decides",
  ...{ requestedAt: "2026-01-15T12:00:00.000Z", openUntil: "2026-01-18T12:00:00.000Z" },
};
const INCIDENT = {
  ...{ incident: "0f1e2d3c4b", endpoint: "churn", openedAt: ALARM.since },
  alarms: { "plumbline-prod.churn.data-quality": ALARM },
};
const PAGES: Readonly<Record<string, string>> = {
  approval: renderApprovalPage(EVIDENCE, FORM),
  review: renderReviewPage(REVIEW, INCIDENT, "t"),
  answer: renderAnswerPage({ title: "Over", paragraphs: ["It was."], mayReopen: true }),
};

let browser: Browser;
let server: Server;
beforeAll(async () => {
  browser = await openBrowser();
  const hash = createHash("sha256").update(FORM_STYLE.markup).digest("base64");
  server = createServer(({ url = "" }, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    // As strict as the pages are served with.
    const policy = `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'`;
    response.setHeader("content-security-policy", policy);
    response.end(PAGES[url.slice(1)] ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await browser.close();
  server.close();
});

async function open(name: string, options: object = {}): Promise<Page> {
  const page = await (await browser.newContext({ bypassCSP: false, ...options })).newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`);
  return page;
}

describe.each(Object.keys(PAGES))("the page of the %s", (name) => {
  it.each(["light", "dark"] as const)("is accessible in %s", async (colorScheme) => {
    // The policy would keep axe out as it keeps all scripts out.
    const page = await open(name, { colorScheme, bypassCSP: true });
    const { violations, passes } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain("color-contrast");
    await page.context().close();
  });

  it.each([320, 375, 1100])("needs no sideways scrolling at %i pixels", async (width) => {
    const page = await open(name, { viewport: { width, height: 800 } });
    const scrollWidth = await page.locator("html").evaluate((root) => root.scrollWidth);
    expect(scrollWidth).toBeLessThanOrEqual(width);
    await page.context().close();
  });
});

it("a page looks as it should under its policy", async () => {
  const page = await open("approval");
  const colour = await page
    .locator("button")
    .evaluate((button) => button.ownerDocument.defaultView!.getComputedStyle(button).cursor);
  expect(colour).toBe("pointer");
  expect(await page.getByLabel("Type the number of the version").getAttribute("required")).toBe("");
  await page.context().close();
});
