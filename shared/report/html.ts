/** Markup that may stand in a page as it is; all else gets escaped. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What a template takes: text is escaped, lists are joined, `null` and `false` leave nothing. */
export type HtmlValue = Html | string | number | null | false | readonly HtmlValue[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text that is safe between tags and inside quoted attributes. `<`, `>`, `&` and both quotes are
 * escaped in either place, so that no caller has to know in which of the two it writes.
 */
function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/**
 * A template whose values are escaped unless they are markup themselves. A line break of the
 * template and the indentation after it leave nothing, so that markup can be laid out as code.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = unindented(parts[0]);
  for (const [index, value] of values.entries()) {
    markup += toMarkup(value) + unindented(parts[index + 1]);
  }
  return new Html(markup);
}

function unindented(part = ""): string {
  return part.replaceAll(/\n\s*/g, "");
}

function toMarkup(value: HtmlValue): string {
  if (value === null || value === false) return "";
  if (typeof value === "string") return escapeText(value);
  if (typeof value === "number") return String(value);
  if (value instanceof Html) return value.markup;
  return value.map(toMarkup).join("");
}
