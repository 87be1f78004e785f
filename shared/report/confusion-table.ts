import type { QualityMeasurement } from "../quality/measure-quality.ts";
import { type Html, html } from "./html.ts";
import { formatCount, formatPercent } from "./numbers.ts";
import { scrolling } from "./page.ts";
import { visibleText } from "./visible-text.ts";

/** A matrix of more classes can be read by no one; `statistics.json` has it. */
const CLASSES_MAX = 20;

/** How many rows of each class were predicted as which. */
export function confusionTable({
  classes,
  counts,
}: NonNullable<QualityMeasurement["confusion"]>): Html {
  if (classes.length > CLASSES_MAX) {
    const note = `The matrix of ${formatCount(classes.length)} classes stands in statistics.json.`;
    return html`<section><h2>Confusion matrix</h2><p class="n">${note}</section>`;
  }
  const head = classes.map((name) => html`<th>predicted <bdi>${visibleText(name)}</bdi>`);
  const rows = classes.map((name, actual) => {
    const start = actual * classes.length;
    const row = counts.subarray(start, start + classes.length);
    return matrixRow(name, row, actual);
  });
  return html`<section><h2>Confusion matrix</h2>
    <p class="n">Rows are what was true; the fraction is of all rows of that class.</p>
    ${scrolling("Confusion matrix", html`<tr><th>truth${head}${rows}`)}
  </section>`;
}

function matrixRow(name: string, row: Float64Array, actual: number): Html {
  const total = row.reduce((sum, count) => sum + count, 0);
  const cells = Array.from(row, (count, predicted) => {
    const share = total === 0 ? "" : ` (${formatPercent(count / total)})`;
    const text = `${formatCount(count)}${share}`;
    return predicted === actual ? html`<td><strong>${text}</strong>` : html`<td>${text}`;
  });
  return html`<tr><th><bdi>${visibleText(name)}</bdi>${cells}`;
}
