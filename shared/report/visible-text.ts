/** Names longer than this are shortened in the middle; the length is said. */
const LENGTH_MAX = 120;
const HEAD_LENGTH = 70;
const TAIL_LENGTH = 24;

/**
 * Controls, bidirectional marks and overrides, zero-width characters and lone surrogates: what a reader
 * cannot see, or what makes other text read as something else.
 */
const INVISIBLE = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|\u00a0/gu;

/** A name or value from the data as a reader can see it: what is invisible is spelt out as `\u202e`. */
export function visibleText(text: string): string {
  const spelt = (part: string) =>
    part.replaceAll(INVISIBLE, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code > 0xffff
        ? `\\u{${code.toString(16)}}`
        : `\\u${code.toString(16).padStart(4, "0")}`;
    });
  if (text.length <= LENGTH_MAX) return spelt(text);
  const length = text.length.toLocaleString("en-US");
  return `${spelt(text.slice(0, HEAD_LENGTH))} … ${spelt(text.slice(-TAIL_LENGTH))} (${length} characters)`;
}
