import { hashText, hexOf } from "../stats/hash64.ts";
import type { TypeCounts } from "./column-state.ts";

export type ValueType = keyof TypeCounts;

/** UTF-8 bytes up to which a text is counted as it is. */
const LONGEST_TEXT_BYTES = 256;

/** UTF-8 bytes that remain of a longer one. */
const KEPT_BYTES = 200;

/** Deequ's: https://github.com/awslabs/deequ, StatefulDataType.scala. One space after the sign is legal. */
const FRACTIONAL = /^[-+]? ?\d+(?:\.\d+|(?:\.\d+)?[Ee][-+]?\d+)$/;
const INTEGRAL = /^[-+]? ?\d+$/;

const utf8 = new TextEncoder();

/**
 * Deequ's type of one present value, with two rules of our own: digits whose number is beyond the
 * range of doubles, and digits beyond 256 bytes, are a string.
 */
export function classifyText(text: string): ValueType {
  if (text === "true" || text === "false") return "boolean";
  if (text.length > LONGEST_TEXT_BYTES) return "string";
  if (INTEGRAL.test(text)) return isInRange(text) ? "integral" : "string";
  if (FRACTIONAL.test(text)) return isInRange(text) ? "fractional" : "string";
  return "string";
}

/** The number that a text of type integral or fractional stands for; null for any other text. */
export function parseNumber(text: string): number | null {
  const type = classifyText(text);
  return type === "integral" || type === "fractional" ? numberOf(text) : null;
}

/**
 * The text under which a value is counted: itself up to 256 UTF-8 bytes; a longer one by its first
 * 200 bytes (cut between characters), `…` and the 16 hexadecimal digits of the whole text's hash.
 * Lone surrogates become U+FFFD, as they do in UTF-8.
 */
export function countedText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  // A UTF-16 unit takes at most three bytes.
  if (wellFormed.length * 3 <= LONGEST_TEXT_BYTES) return wellFormed;
  const bytes = utf8.encode(wellFormed);
  if (bytes.length <= LONGEST_TEXT_BYTES) return wellFormed;
  let end = KEPT_BYTES;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  const start = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, end));
  return `${start}…${hexOf(hashText(wellFormed))}`;
}

function isInRange(text: string): boolean {
  return Number.isFinite(numberOf(text));
}

function numberOf(text: string): number {
  const number = Number(text.charCodeAt(1) === 0x20 ? text[0] + text.slice(2) : text);
  return number === 0 ? 0 : number;
}
