/** A value as text; null when it is missing. A quoted empty field is an empty text, not missing. */
export type Cell = string | null;

/**
 * Reads CSV by RFC 4180: quoted fields, doubled quotes, line breaks inside quotes. Blank lines are
 * no rows. A quote inside an unquoted field is an ordinary character, as for Spark and pandas.
 *
 * @returns the rows, or null when a quoted field is not closed or is followed by other text
 */
export function readCsvRows(text: string): Cell[][] | null {
  return text.includes('"') ? readQuotedCsv(text) : readPlainCsv(text);
}

function readPlainCsv(text: string): Cell[][] {
  const rows: Cell[][] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line !== "") rows.push(line.split(",").map((field) => (field === "" ? null : field)));
  }
  return rows;
}

function readQuotedCsv(text: string): Cell[][] | null {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let at = 0;
  for (;;) {
    let cell: Cell;
    if (text[at] === '"') {
      const close = closingQuote(text, at);
      if (close === -1) return null;
      cell = text.slice(at + 1, close).replaceAll('""', '"');
      at = close + 1;
    } else {
      const end = fieldEnd(text, at);
      cell = end === at ? null : text.slice(at, end);
      at = end;
    }
    row.push(cell);
    const next = text[at];
    if (next === ",") {
      at += 1;
      continue;
    }
    if (next !== undefined && next !== "\n" && next !== "\r") return null;
    if (row.length > 1 || cell !== null) rows.push(row);
    if (next === undefined) return rows;
    row = [];
    at += next === "\r" && text[at + 1] === "\n" ? 2 : 1;
  }
}

/** Where the field that opens at `open` ends with a quote that is not doubled; -1 when nowhere. */
function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function fieldEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !",\r\n".includes(text[at]!)) at += 1;
  return at;
}
