import { describe, expect, it } from "vitest";
import type { ApprovalEvidence } from "../../../shared/approval/evidence.ts";
import { renderApprovalPage } from "../../../shared/report/approval-page.ts";
import { HOSTILE_NAMES } from "./hostile-names.ts";
import { DATASET, DRIFT, EVIDENCE, REPORT } from "./sample-approval.ts";

const FORM = { token: "t0k3n", evidenceSha256: "a".repeat(64), problem: null, comment: "" };
const render = (changes: Partial<ApprovalEvidence> = {}) =>
  renderApprovalPage({ ...EVIDENCE, ...changes }, FORM);

describe("renderApprovalPage", () => {
  const page = render();

  it("says in a sentence what the version gains", () => {
    expect(page).toContain("<h1>Version 2 of churn: may it go into service?</h1>");
    expect(page).toContain(
      "<p>AUC 0.912 against 0.784, better by 0.128 (95 % interval of the gain 0.097 to 0.159).</p>",
    );
    expect(page).toContain("from 2026-01-18 12:00 UTC on it counts as rejected");
  });

  it("has every metric of both models with its interval, the one that decides first", () => {
    const metrics = page.slice(page.indexOf("Challenger against"), page.indexOf("<h2>Slices"));
    expect(metrics).toContain(
      "<tr><th><b>AUC</b>, decides<td>0.912<td>0.784<td>0.895 to 0.929<td>0.758 to 0.81" +
        "<tr><th>accuracy<td>0.913<td>0.842<td>0.899 to 0.927<td>0.823 to 0.861" +
        "<tr><th>recall<td>0.78<td>0.61<td><td>0.55 to 0.67",
    );
    expect(metrics).toContain("is above 0: it is 0.097. DeLong&#39;s test");
  });

  it("has the slices, those that nothing can be said of before those that passed", () => {
    const slices = page.slice(page.indexOf("<h2>Slices"), page.indexOf("<h2>Drift"));
    expect(slices.match(/State = (CA|NY)/g)).toEqual(["State = NY", "State = CA"]);
    expect(slices).toContain("31 rows: at least 50 are needed");
  });

  it("sets drift before beside drift after, the furthest features first", () => {
    const drift = page.slice(page.indexOf("<h2>Drift"), page.indexOf("<h2>Data"));
    expect(drift).toContain("2280 captured rows from 2026-01-09 12:00 to 2026-01-15 12:00 UTC");
    const features = [...drift.matchAll(/<bdi>([^<]+)<\/bdi>/g)].map(([, name]) => name);
    expect(features).toEqual(["Day Mins", "CustServ Calls", "Eve Mins"]);
    expect(drift).toMatch(/Day Mins<\/bdi><td><span class="violated">0\.83<.*?"passed">0\.02</);
  });

  it("says that drift was not measured, and never that there is none", () => {
    const explanation = "baseline: s3://bucket/x/statistics.json: must be there";
    const outcome = { outcome: "inconclusive", reason: "no-baseline", explanation } as const;
    const after = { ...DRIFT.after, outcome, driftMax: null, checks: [] };
    const drift = { ...DRIFT, after };
    expect(render({ drift })).toContain(`inconclusive: ${explanation}<td>0<td>–`);
  });

  it("names the data, how much of it is labelled, and all hashes", () => {
    for (const text of [
      "<dt>trained on</dt><dd>2025-12-16 12:00 to 2026-01-09 12:00 UTC</dd>",
      "<dt>compared on, newer than that</dt><dd>2026-01-09 12:00 to 2026-01-15 12:00 UTC</dd>",
      "<dt>labelled</dt><dd>81.2 % of 9120 captured rows</dd>",
      "<dt>label 1</dt><dd>860 to learn from, 218 to compare</dd>",
      "<dt>personal columns left out</dt><dd>1</dd>",
      `<dt>hash of all of it</dt><dd>sha256:${"a".repeat(64)}</dd>`,
    ]) {
      expect(page).toContain(text);
    }
    expect(render({ dataset: { ...DATASET, capturedPercent: null } })).toContain(
      "<dt>of all requests captured</dt><dd>not known</dd>",
    );
  });

  it("asks for a choice and for the version, and sends what it showed", () => {
    const form = page.slice(page.indexOf("<form"));
    expect(form).toContain('<form method="post" id="decide">');
    expect(form).toContain('name="token" value="t0k3n"');
    expect(form).toContain(`name="evidence" value="${"a".repeat(64)}"`);
    expect(form.match(/type="radio" name="decision" value="\w+" required/g)).toHaveLength(2);
    expect(form).not.toMatch(/checked|autofocus|formaction/);
  });

  it("gives back what was written, as text", () => {
    const comment = "</textarea><script>alert(1)</script>";
    const form = renderApprovalPage(EVIDENCE, { ...FORM, comment, problem: "No." });
    expect(form).toContain("&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;</textarea>");
    expect(form).toContain('role="alert" id="problem">No.</p>');
    expect(form).toContain('aria-invalid="true" aria-describedby="problem"');
  });

  it("needs no script and no network, and nothing that its policy forbids", () => {
    expect(page).not.toMatch(/<script|src=|https?:| style=| on\w+=/);
    expect(page).not.toContain("NaN");
  });

  it("shows names and texts from the data as text whatever they hold", () => {
    const [slice] = REPORT.slices;
    for (const { name } of HOSTILE_NAMES) {
      const slices = [{ ...slice!, feature: name, value: name, reason: name }];
      const [check] = DRIFT.before.checks;
      const before = { ...DRIFT.before, checks: [{ ...check!, feature: name }] };
      const classes = [{ label: name, trainRowCount: 1, holdoutRowCount: 1 }];
      const hostile = renderApprovalPage(
        {
          ...EVIDENCE,
          ...{ report: { ...REPORT, slices, reason: name }, drift: { ...DRIFT, before } },
          ...{ dataset: { ...DATASET, classes }, record: { ...EVIDENCE.record, reason: name } },
        },
        { ...FORM, problem: name },
      );
      expect(hostile).not.toMatch(/<script|<img|<\/style><\/table|\u202e| onclick='/);
    }
  });
});
