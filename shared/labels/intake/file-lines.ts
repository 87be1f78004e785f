/** A line of a file, or why it cannot be read as text. */
export interface FileLine {
  /** Counted from 1, after decompression; blank lines count. */
  readonly lineNumber: number;
  readonly text: string;
  readonly problem: "line-too-long" | "not-utf-8" | null;
}

/** A label takes a few hundred bytes; this is some other file's line. */
export const LINE_BYTES = 2 ** 20;

const NEWLINE = 0x0a;
const strict = new TextDecoder("utf-8", { fatal: true });
const lenient = new TextDecoder("utf-8");

/** Cuts bytes into lines, blank ones left out. Of a line that is too long only the beginning is held. */
export async function* fileLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FileLine> {
  let lineNumber = 1;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const hold = (part: Uint8Array): void => {
    if (heldBytes <= LINE_BYTES) held.push(part.slice());
    heldBytes += part.length;
  };
  const release = (): FileLine => {
    const line = lineOf(Buffer.concat(held), heldBytes, lineNumber);
    held = [];
    heldBytes = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      hold(chunk.subarray(start, end === -1 ? chunk.length : end));
      if (end === -1) break;
      const line = release();
      if (line.text.trim() !== "") yield line;
      lineNumber += 1;
      start = end + 1;
    }
  }
  const last = release();
  if (last.text.trim() !== "") yield last;
}

function lineOf(bytes: Uint8Array, lineBytes: number, lineNumber: number): FileLine {
  if (lineBytes > LINE_BYTES) {
    const beginning = bytes.subarray(0, 1000);
    return { lineNumber, text: lenient.decode(beginning), problem: "line-too-long" };
  }
  try {
    // The decoder takes a byte order mark away: the first line may have one.
    return { lineNumber, text: strict.decode(bytes), problem: null };
  } catch {
    return { lineNumber, text: lenient.decode(bytes), problem: "not-utf-8" };
  }
}
