import type { ApprovalEvidence } from "../approval/evidence.ts";
import { versionOf } from "../approval/form.ts";
import { comparedMetrics, comparedSlices } from "./comparison-tables.ts";
import { driftSection } from "./drift-section.ts";
import { FORM_STYLE } from "./form-style.ts";
import { type Html, html } from "./html.ts";
import { formatCount, formatNoun, formatPercent } from "./numbers.ts";
import { page } from "./page.ts";
import { metricName } from "./quality-sentences.ts";
import { readableMinute } from "./readable-minute.ts";
import { visibleText } from "./visible-text.ts";

/** What the form of a page takes along, and what was wrong with it when it came before. */
export interface FormState {
  readonly token: string;
  readonly evidenceSha256: string;
  /** One sentence; null when the page is opened. */
  readonly problem: string | null;
  readonly comment: string;
}

/**
 * The page on which a person decides whether a version goes into service: all that the decision is made
 * on, then the form. Names and values from the data appear as text whatever they hold.
 */
export function renderApprovalPage(evidence: ApprovalEvidence, form: FormState): string {
  const { approval, record, report, dataset, drift } = evidence;
  const title = `Version ${versionOf(approval.modelPackageArn)} of ${visibleText(record.endpoint)}`;
  return page(
    title,
    html`<header>
        <p class="o">Approval</p>
        <h1>${title}: may it go into service?</h1>
        <p>${comparedSentence(report)}</p>
        <p class="n">${askedSentence(approval)} <a href="#decide">Go to the decision</a></p>
      </header>
      ${comparedMetrics(report)}
      ${comparedSlices(report)}
      ${driftSection(drift)}
      ${dataSection(dataset)}
      ${originSection(evidence)}
      ${decisionForm(versionOf(approval.modelPackageArn), form)}`,
    FORM_STYLE,
  ).markup;
}

function askedSentence({ requestedAt, openUntil }: ApprovalEvidence["approval"]): string {
  const asked = `Asked at ${readableMinute(requestedAt)} UTC`;
  return `${asked}; from ${readableMinute(openUntil)} UTC on it counts as rejected.`;
}

function comparedSentence({ reason, metric }: ApprovalEvidence["report"]): string {
  const named = reason.startsWith(metric)
    ? metricName(metric) + reason.slice(metric.length)
    : reason;
  return `${named[0]?.toUpperCase() ?? ""}${visibleText(named.slice(1), 600)}.`;
}

function dataSection(dataset: ApprovalEvidence["dataset"]): Html {
  const { window, counts, labelledFraction, capturedPercent, classes, droppedColumns } = dataset;
  const span = (from: string, to: string) => `${readableMinute(from)} to ${readableMinute(to)} UTC`;
  const captured = capturedPercent === null ? "not known" : `${capturedPercent} %`;
  const leftOut = Object.entries(counts.leftOutCounts).map(
    ([reason, count]) => `${formatCount(count)} ${reason}`,
  );
  const rows: readonly (readonly [string, string])[] = [
    ["trained on", span(window.from, window.cut)],
    ["compared on, newer than that", span(window.cut, window.to)],
    ["rows to learn from", formatCount(counts.trainRowCount)],
    ["rows to compare", formatCount(counts.holdoutRowCount)],
    [
      "labelled",
      `${formatPercent(labelledFraction)} of ${formatNoun(counts.capturedRowCount, "captured row")}`,
    ],
    ["of all requests captured", captured],
    ...(leftOut.length === 0 ? [] : [["left out", leftOut.join(", ")] as const]),
    ...(classes ?? []).map(({ label, trainRowCount, holdoutRowCount }): [string, string] => [
      `label ${visibleText(label, 40)}`,
      `${formatCount(trainRowCount)} to learn from, ${formatCount(holdoutRowCount)} to compare`,
    ]),
    ["personal columns left out", formatCount(droppedColumns.length)],
  ];
  return html`<section><h2>Data</h2>${terms(rows)}</section>`;
}

function originSection({ approval, record, report }: ApprovalEvidence): Html {
  const { cause, startedBy, startedAt, reason } = record;
  const rows: readonly (readonly [string, string])[] = [
    ["run", record.run],
    ["version", approval.modelPackageArn],
    ["champion", report.championModel],
    ["why it was trained", `${cause.replaceAll("-", " ")}: ${visibleText(reason, 400)}`],
    ["started", `${readableMinute(startedAt)} UTC by ${visibleText(startedBy)}`],
    ["code", `version ${report.codeVersion}`],
    ...approval.inputs.map(({ key, hash }) => [key, hash ?? "not hashed"] as const),
    ["hash of all of it", `sha256:${approval.evidenceSha256}`],
  ];
  return html`<section><h2>Where it comes from</h2>${terms(rows)}</section>`;
}

function terms(rows: readonly (readonly [string, string])[]): Html {
  return html`<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function decisionForm(version: string, { token, evidenceSha256, problem, comment }: FormState) {
  return html`<form method="post" id="decide"><h2>Decide</h2>
    ${problem !== null && html`<p class="a" role="alert" id="problem">${visibleText(problem, 400)}</p>`}
    <input type="hidden" name="token" value="${token}">
    <input type="hidden" name="evidence" value="${evidenceSha256}">
    <fieldset><legend>Version ${version} is</legend>
      <label class="r"><input type="radio" name="decision" value="approve" required>
        approved: it takes traffic step by step, and goes back if it does harm</label>
      <label class="r"><input type="radio" name="decision" value="reject" required>
        rejected: the champion goes on serving</label>
    </fieldset>
    <label class="q" for="version">Type the number of the version</label>
    <input class="i s" id="version" name="version" inputmode="numeric" autocomplete="off" required
      ${problem !== null && html` aria-invalid="true" aria-describedby="problem"`}>
    <label class="q" for="comment">Why (kept in the audit, not required)</label>
    <textarea class="i" id="comment" name="comment" rows="3" maxlength="900">${comment}</textarea>
    <button type="submit">Record the decision</button>
    <p class="n">The first decision stands, here, in the registry or on the command line.</p>
  </form>`;
}
