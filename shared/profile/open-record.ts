/** A quoted field of more lines or characters than this is a stray quote. */
const LINES_LIMIT = 1000;
const CHARACTERS_LIMIT = 2 ** 20;

/** A record whose last line ends inside a quoted field: the lines that it may consist of. */
export class OpenRecord {
  readonly lines: string[];
  readonly lineNumber: number;
  #characterCount: number;

  constructor(firstLine: string, lineNumber: number) {
    this.lines = [firstLine];
    this.lineNumber = lineNumber;
    this.#characterCount = firstLine.length;
  }

  add(line: string): void {
    this.lines.push(line);
    this.#characterCount += line.length;
  }

  isTooLong(): boolean {
    return this.lines.length > LINES_LIMIT || this.#characterCount > CHARACTERS_LIMIT;
  }
}

/** A line that begins inside a quoted field, as one that begins with the quote of that field. */
export function continuation(line: string): string {
  return `"${line}`;
}
