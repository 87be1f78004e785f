import type { ReviewQuestion } from "../contracts/self-healing/approval.ts";
import type { Incident } from "../contracts/self-healing/incident.ts";
import { FORM_STYLE } from "./form-style.ts";
import { html } from "./html.ts";
import { page, scrolling } from "./page.ts";
import { readableMinute } from "./readable-minute.ts";
import { visibleText } from "./visible-text.ts";

/** The page on which a person answers whether to retrain: why it is asked, then the form. */
export function renderReviewPage(
  question: ReviewQuestion,
  { openedAt, alarms }: Incident,
  token: string,
): string {
  const endpoint = visibleText(question.endpoint);
  const rows = Object.entries(alarms).map(
    ([name, { state, since, measured }]) => html`<tr><th><bdi>${visibleText(name)}</bdi>
      <td class="l">${state === "ALARM" ? "in alarm" : "over"}<td>${readableMinute(since)}
      <td>${measured ? `${readableMinute(measured.from)} to ${readableMinute(measured.to)}` : ""}`,
  );
  const head = html`<tr><th>alarm<th class="l">state<th>since, UTC<th>newest window`;
  return page(
    `Retrain ${endpoint}?`,
    html`<header>
        <p class="o">Review</p>
        <h1>Is the model of <bdi>${endpoint}</bdi> to be retrained?</h1>
        <p>${foundSentence(question)}</p>
        <p class="n">${linkSentence(question, openedAt)}</p>
      </header>
      <section><h2>Alarms</h2>${scrolling("Alarms", html`${head}${rows}`)}
        <p class="n">A broken feed is repaired at its source; a new model would learn the breakage.</p>
      </section>
      <form method="post" id="decide"><h2>Answer</h2>
        <input type="hidden" name="token" value="${token}">
        <fieldset><legend>The model</legend>
          <label class="r"><input type="radio" name="decision" value="start" required>
            is retrained now, on the newest labelled data</label>
          <label class="r"><input type="radio" name="decision" value="dismiss" required>
            stays as it is until something else is found</label>
        </fieldset>
        <button type="submit">Record the answer</button>
      </form>`,
    FORM_STYLE,
  ).markup;
}

function foundSentence({ causes, reason }: ReviewQuestion): string {
  const found = causes.map((cause) => cause.replaceAll("-", " ")).join(", ");
  return `Found: ${found}. ${capitalized(visibleText(reason, 400))}.`;
}

function linkSentence({ incident, openUntil }: ReviewQuestion, openedAt: string): string {
  const open = `Incident ${incident}, open since ${readableMinute(openedAt)} UTC`;
  return `${open}. This link can be used once, until ${readableMinute(openUntil)} UTC.`;
}

function capitalized(text: string): string {
  return `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}`;
}
