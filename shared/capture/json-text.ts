/**
 * A JSON document with the raw text of its numbers. `JSON.parse` would turn `1.0` into `1` and with
 * it a Fractional column into an Integral one.
 */
export type JsonNode = JsonObject | JsonArray | JsonScalar;

export interface JsonObject {
  readonly kind: "object";
  readonly entries: (readonly [key: string, value: JsonNode])[];
}

export interface JsonArray {
  readonly kind: "array";
  readonly items: JsonNode[];
}

export interface JsonScalar {
  readonly kind: "scalar";
  /** Text of a string, raw text of a number or boolean; null for null. */
  readonly text: string | null;
  readonly isString: boolean;
  /** Where the scalar stands in the document, the quotes of a string included. */
  readonly start: number;
  readonly end: number;
}

/** Deeper documents are no rows by any rule, and would only cost stack. */
const DEPTH_LIMIT = 16;

const SEPARATORS = /[\s,:]*/y;
const LITERAL = /[^\s,:[\]{}"]+/y;

/**
 * Reads a document that `JSON.parse` has accepted: validity is V8's business, this only keeps the
 * texts.
 *
 * @returns null when it is nested deeper than any row may be
 */
export function readValidJson(text: string): JsonNode | null {
  return new Reader(text).read(DEPTH_LIMIT);
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(depthLeft: number): JsonNode | null {
    const token = this.#next();
    if (token === "{") return depthLeft === 0 ? null : this.#readObject(depthLeft - 1);
    if (token === "[") return depthLeft === 0 ? null : this.#readArray(depthLeft - 1);
    const isString = token.startsWith('"');
    const decoded = isString ? decode(token) : token;
    return {
      kind: "scalar",
      text: decoded === "null" && !isString ? null : decoded,
      isString,
      start: this.#at - token.length,
      end: this.#at,
    };
  }

  #readObject(depthLeft: number): JsonObject | null {
    const entries: [string, JsonNode][] = [];
    while (!this.#closes("}")) {
      const key = decode(this.#next());
      const value = this.read(depthLeft);
      if (value === null) return null;
      entries.push([key, value]);
    }
    return { kind: "object", entries };
  }

  #readArray(depthLeft: number): JsonArray | null {
    const items: JsonNode[] = [];
    while (!this.#closes("]")) {
      const item = this.read(depthLeft);
      if (item === null) return null;
      items.push(item);
    }
    return { kind: "array", items };
  }

  #next(): string {
    const start = this.#skip(SEPARATORS, this.#at);
    const first = this.#text[start]!;
    if (first === '"') this.#at = this.#stringEnd(start);
    else this.#at = "[]{}".includes(first) ? start + 1 : this.#skip(LITERAL, start);
    return this.#text.slice(start, this.#at);
  }

  #skip(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    pattern.test(this.#text);
    return pattern.lastIndex;
  }

  /** By hand: a regular expression would need stack for every character of a long string. */
  #stringEnd(open: number): number {
    let close = this.#text.indexOf('"', open + 1);
    for (;;) {
      let slashes = 0;
      while (this.#text[close - 1 - slashes] === "\\") slashes += 1;
      if (slashes % 2 === 0) return close + 1;
      close = this.#text.indexOf('"', close + 1);
    }
  }

  #closes(bracket: string): boolean {
    const before = this.#at;
    if (this.#next() === bracket) return true;
    this.#at = before;
    return false;
  }
}

function decode(quoted: string): string {
  return quoted.includes("\\") ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}
