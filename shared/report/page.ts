import { type Html, html } from "./html.ts";
import { REPORT_STYLE } from "./report-style.ts";

/** One page that needs nothing else: no script, no network. */
export function page(title: string, body: Html, style = REPORT_STYLE): Html {
  return html`<!doctype html><html lang="en"><head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title><style>${style}</style></head>
    <body><main>${body}</main></body></html>`;
}

/** What is wider than a phone scrolls, so it has to take the keyboard's focus. */
export function scrolling(title: string, rows: Html): Html {
  return html`<div class="w" tabindex="0" role="region" aria-label="${title}">
    <table class="v">${rows}</table>
  </div>`;
}
