import { FORM_STYLE } from "./form-style.ts";
import { html } from "./html.ts";
import { page } from "./page.ts";

/** What became of a request, in plain words. */
export interface AnswerPage {
  readonly title: string;
  /** Texts; each becomes a paragraph. */
  readonly paragraphs: readonly string[];
  /** Whether opening the same link again may help. */
  readonly mayReopen?: boolean;
}

export function renderAnswerPage({ title, paragraphs, mayReopen = false }: AnswerPage): string {
  return page(
    title,
    html`<header><h1>${title}</h1>${paragraphs.map((text) => html`<p>${text}</p>`)}
      ${mayReopen && html`<p><a href="">Open this page again</a></p>`}</header>`,
    FORM_STYLE,
  ).markup;
}
