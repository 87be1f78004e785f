import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderDataQualityReport } from "../../shared/report/data-quality-report.ts";
import { HOSTILE_NAMES } from "../shared/report/hostile-names.ts";
import { SAMPLE_FEATURES } from "../shared/report/sample-features.ts";
import { sampleReport, textFeature } from "../shared/report/sample-report.ts";
import { openBrowser } from "./open-browser.ts";

const REPORT = renderDataQualityReport(
  sampleReport(SAMPLE_FEATURES, { quarantinedCounts: { "not-json": 12 }, quarantinedCount: 12 }),
);

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser.close());

/** A page that shows the report and fails on any request, script error or console message. */
async function openReport(
  markup: string,
  options: { colorScheme?: "light" | "dark"; width?: number; javaScriptEnabled?: boolean } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const { colorScheme = "light", width = 1100, javaScriptEnabled = true } = options;
  const context = await browser.newContext({
    colorScheme,
    javaScriptEnabled,
    viewport: { width, height: 900 },
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("request", (request) => complaints.push(`request ${request.url()}`));
  page.on("console", (message) => complaints.push(`console ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error ${error.message}`));
  page.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`));
  await page.setContent(markup);
  return { page, complaints };
}

describe("a data-quality report in a browser", () => {
  it.each(["light", "dark"] as const)("is accessible in %s", async (colorScheme) => {
    const { page } = await openReport(REPORT, { colorScheme });
    const { violations, passes } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain("color-contrast");
    await page.context().close();
  });

  it.each([375, 768, 1100])("needs no sideways scrolling at %i pixels", async (width) => {
    const { page } = await openReport(REPORT, { width });
    const scrollWidth = await page.evaluate("document.documentElement.scrollWidth");
    expect(scrollWidth).toBeLessThanOrEqual(width);
    await page.context().close();
  });

  it("asks for nothing, runs nothing, and reads the same without JavaScript", async () => {
    const { page, complaints } = await openReport(REPORT);
    const text = await page.innerText("main");
    expect(complaints).toEqual([]);
    const scriptless = await openReport(REPORT, { javaScriptEnabled: false });
    expect(await scriptless.page.innerText("main")).toBe(text);
    expect(text).toContain("5 of 9 features violate 6 constraints.");
    await page.context().close();
    await scriptless.page.context().close();
  });

  it("draws the baseline's types in the baseline's colour, with a window and without", async () => {
    const colours: string[][] = [];
    const baseline = textFeature("x", { a: 9 });
    for (const window of [{ window: textFeature("x", { a: 9 }) }, {}]) {
      const { page } = await openReport(
        renderDataQualityReport(sampleReport({ x: { baseline, ...window } })),
      );
      colours.push(
        await page.evaluate(
          "[...document.querySelectorAll('.t i')].map((bar) => getComputedStyle(bar).backgroundColor)",
        ),
      );
      await page.context().close();
    }
    const [both, alone] = colours;
    expect(new Set(both).size).toBe(2);
    expect(alone).toEqual([both![0]]);
  });

  it("shows hostile names as text", async () => {
    const features = Object.fromEntries(
      HOSTILE_NAMES.map(({ name }) => [
        name,
        { window: textFeature(name, { [name]: 50, b: 50 }), baseline: textFeature(name, { b: 9 }) },
      ]),
    );
    const { page, complaints } = await openReport(renderDataQualityReport(sampleReport(features)));
    const headings = await page.locator("h3 bdi").allTextContents();
    expect(headings.toSorted()).toEqual(HOSTILE_NAMES.map(({ shown }) => shown).toSorted());
    expect(await page.locator("script, img, iframe, object, link, base, form").count()).toBe(0);
    expect(await page.locator("[onerror], [onload], [onclick]").count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(1100);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("links each violation to its feature", async () => {
    const { page } = await openReport(REPORT);
    const links = page.locator("table.v a");
    expect(await links.count()).toBe(7);
    for (const link of await links.all()) {
      const name = await link.textContent();
      const target = await link.getAttribute("href");
      expect(await page.locator(`${target} h3 bdi`).textContent()).toBe(name);
    }
    await page.context().close();
  });
});
