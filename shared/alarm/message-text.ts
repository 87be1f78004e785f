/** Lines to paragraphs, an empty line between two. */
export function paragraphs(parts: readonly (readonly string[])[]): string {
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** One line of at most 100 ASCII characters, as SNS asks of subjects. */
export function asSubject(text: string): string {
  const ascii = text.replaceAll(/[^\x20-\x7e]+/g, " ").trim();
  return ascii.length <= 100 ? ascii : `${ascii.slice(0, 97)}...`;
}
