import { readCsvInPlace, readCsvText } from "./csv";
import { decodeBase64, decodedEnd, openDecoded, unescapeString } from "./decode";
import { readJsonText } from "./json";
import {
  BARE_LINE,
  BODY_JSON,
  SIDE_BODY,
  SIDE_COLUMNS,
  SIDE_WRAPPING,
  WRAPPED_BASE64,
} from "./template";

/**
 * Stages the rows of a body that begins at `at`, just behind the opening quote of its string (or at
 * the start of a bare line).
 *
 * @returns where the closing quote (or the line break) stands; 0 when this line is the host's
 * business
 */
export function stageBody(side: usize, at: usize): usize {
  const columns = load<u32>(side, SIDE_COLUMNS);
  const wrapping = load<u32>(side, SIDE_WRAPPING);
  const isJson = load<u32>(side, SIDE_BODY) == BODY_JSON;
  if (!isJson && wrapping != WRAPPED_BASE64) {
    const end = readCsvInPlace(at, columns, wrapping == BARE_LINE);
    if (end != 0 || wrapping == BARE_LINE) return end;
  }
  let end: usize;
  let text: usize;
  if (wrapping == BARE_LINE) {
    end = lineEnd(at);
    text = at;
  } else {
    text = openDecoded();
    end = wrapping == WRAPPED_BASE64 ? decodeBase64(at) : unescapeString(at);
    if (end == 0) return 0;
  }
  const textEnd = wrapping == BARE_LINE ? end : decodedEnd;
  const good = isJson ? readJsonText(side, text, textEnd) : readCsvText(text, textEnd, columns);
  return good ? end : 0;
}

function lineEnd(at: usize): usize {
  const newline = i8x16.splat(0x0a);
  while (true) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), newline));
    if (found != 0) {
      const end = at + ctz(found);
      return load<u8>(end - 1) == 0x0d ? end - 1 : end;
    }
    at += 16;
  }
}
