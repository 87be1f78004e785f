/** Names longer than this are shortened in the middle; the length is said. */
const NAME_LENGTH_MAX = 120;
const TAIL_LENGTH = 24;

/**
 * Controls, bidirectional marks and overrides, zero-width characters and lone surrogates: what a
 * reader cannot see, or what makes other text read as something else.
 */
const INVISIBLE = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|\u00a0/gu;

/** A name or value from the data as a reader can see it: invisible characters are spelt out. */
export function visibleText(text: string, lengthMax = NAME_LENGTH_MAX): string {
  const spelt = (part: string) =>
    part.replaceAll(INVISIBLE, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code > 0xffff
        ? `\\u{${code.toString(16)}}`
        : `\\u${code.toString(16).padStart(4, "0")}`;
    });
  if (text.length <= lengthMax) return spelt(text);
  const head = spelt(text.slice(0, lengthMax - TAIL_LENGTH));
  const tail = spelt(text.slice(-TAIL_LENGTH));
  return `${head} … ${tail} (${text.length.toLocaleString("en-US")} characters)`;
}
