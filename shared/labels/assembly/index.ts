// The join's kernel: labels and captures by id. Lines that are not of the simple kind go to the host.
import {
  bringEntries,
  emptyBatch,
  firstItem,
  isBatchFull,
  ITEM_HASH,
  ITEM_ID,
  ITEM_ID_LENGTH,
  ITEM_KIND,
  ITEM_MILLIS,
  newItem,
  nextItem,
  setText,
  textAt,
  textLength,
} from "./batch";
import {
  BACKSLASH,
  CAPTURE_DATA,
  escapesOf,
  EVENT_ID,
  INFERENCE_ID,
  INFERENCE_TIME,
  isPlain,
  LABEL_DATA,
  LABEL_ENCODING,
  LABEL_TIME,
  lengthOf,
  METADATA,
  NO_ESCAPE,
  OTHER_ESCAPES,
  OUTPUT_DATA,
  OUTPUT_ENCODING,
  scanFields,
  startOf,
} from "./fields";
import { compareContents } from "./host";
import { inputAt, keep, reserveRegions } from "./memory";
import {
  CAPTURE_AT,
  CAPTURE_MILLIS,
  compareTexts,
  entryOf,
  ID,
  ID_LENGTH,
  LABEL_AT,
  LABEL_KIND,
  LABEL_LENGTH,
  LABEL_MILLIS,
  OUTPUT_KIND,
  PART_LENGTHS,
  prepareTable,
} from "./table";
import { learnTemplate, matchTemplate, newTemplate } from "./template";
import { readTime } from "./time";

export { touched } from "./batch";
export { stage } from "./memory";
export { firstEntry } from "./table";

const ID_LIMIT: u32 = 1024;
const PART_COUNT: u32 = 4;
const CSV: u32 = 1;
const JSON: u32 = 2;

let keptParts: u32 = PART_COUNT;
let partitionIndex: u32 = 0;
let partitionCount: u32 = 1;
let windowFrom: f64 = -Infinity;
let windowTo: f64 = Infinity;

let labelTemplate: usize = 0;
let captureTemplate: usize = 0;

let labelIds: u32 = 0;
let captureIds: u32 = 0;
let matchedIds: u32 = 0;
let repeatedLabels: u32 = 0;
let overruledLabels: u32 = 0;
let repeatedCaptures: u32 = 0;
let laterCaptures: u32 = 0;

export function prepare(parts: u32, index: u32, count: u32, from: f64, to: f64): void {
  reserveRegions();
  prepareTable();
  labelTemplate = newTemplate();
  captureTemplate = newTemplate();
  keptParts = parts;
  partitionIndex = index;
  partitionCount = count;
  windowFrom = from;
  windowTo = to;
}

export function inputAddress(): usize {
  return inputAt;
}

export function count(which: u32): u32 {
  switch (which) {
    case 0: return labelIds;
    case 1: return captureIds;
    case 2: return matchedIds;
    case 3: return repeatedLabels;
    case 4: return overruledLabels;
    case 5: return repeatedCaptures;
    default: return laterCaptures;
  }
}

/** Takes whole lines; returns where a line begins that the host must read, or `end`. */
export function takeLabels(from: usize, end: usize): usize {
  let line = from;
  while (line < end) {
    const next = takeLabel(line);
    if (next == 0) break;
    line = next;
    if (isBatchFull()) putLabels();
  }
  putLabels();
  return line;
}

export function takeCaptures(from: usize, end: usize): usize {
  let line = from;
  while (line < end) {
    const next = takeCapture(line);
    if (next == 0) break;
    line = next;
    if (isBatchFull()) putCaptures();
  }
  putCaptures();
  return line;
}

function putLabels(): void {
  bringEntries();
  for (let item = firstItem(); item != 0; item = nextItem(item)) {
    putHashedLabel(item);
  }
  emptyBatch();
}

function putCaptures(): void {
  bringEntries();
  for (let item = firstItem(); item != 0; item = nextItem(item)) {
    putHashedCapture(item);
  }
  emptyBatch();
}

/** The address behind a line break that stands here; 0 when another byte does. */
function behindBreak(object: usize): usize {
  const at = object != 0 && load<u8>(object) == 0x0d ? object + 1 : object;
  return at != 0 && load<u8>(at) == 0x0a ? at + 1 : 0;
}

/** Finds the fields of a line; the address behind its break, or 0 when it is for the host. */
function readFields(template: usize, line: usize, mustBePlain: bool): usize {
  const matched = matchTemplate(template, line);
  if (matched != 0) return mustBePlain && !isPlain() ? 0 : matched;
  const next = behindBreak(scanFields(line));
  if (next == 0 || (mustBePlain && !isPlain())) return 0;
  learnTemplate(template, line, next);
  return next;
}

function takeLabel(line: usize): usize {
  const next = readFields(labelTemplate, line, false);
  if (next == 0 || !isId(EVENT_ID)) return 0;
  const data = startOf(LABEL_DATA);
  const length = lengthOf(LABEL_DATA);
  if (length == 0 || escapesOf(LABEL_DATA) == OTHER_ESCAPES) return 0;
  // Blank data may begin like this.
  if (load<u8>(data) <= 0x20 || load<u8>(data) == BACKSLASH) return 0;
  const kind = encodingOf(LABEL_ENCODING);
  if (kind == 0) return 0;
  let millis: f64 = -Infinity;
  if (startOf(LABEL_TIME) != 0) {
    millis = readTime(startOf(LABEL_TIME), lengthOf(LABEL_TIME));
    if (isNaN(millis)) return 0;
  }
  const item = newItem(startOf(EVENT_ID), lengthOf(EVENT_ID), kind, millis);
  setText(item, 0, data, length);
  return next;
}

function isId(field: u32): bool {
  const length = lengthOf(field);
  return length > 0 && length <= ID_LIMIT && escapesOf(field) == NO_ESCAPE;
}

/** CSV or JSON; 0 for others. */
function encodingOf(field: u32): u32 {
  const at = startOf(field);
  const length = lengthOf(field);
  // "CSV" with the quote behind it is a word, as "JSON" is.
  if (length == 3 && load<u32>(at) == 0x22565343) return CSV;
  return length == 4 && load<u32>(at) == 0x4e4f534a ? JSON : 0;
}

function isMine(hash: u32): bool {
  return partitionCount == 1 || <u32>((<u64>hash * partitionCount) >> 32) == partitionIndex;
}

/** Of a line that the host has read. */
export function putLabel(
  id: usize,
  idLength: u32,
  kind: u32,
  millis: f64,
  data: usize,
  length: u32,
): void {
  const item = newItem(id, idLength, kind, millis);
  setText(item, 0, data, length);
  putLabels();
}

function putHashedLabel(item: usize): void {
  const hash = load<u32>(item, ITEM_HASH);
  if (!isMine(hash)) return;
  const entry = entryOf(load<u32>(item, ITEM_ID), load<u32>(item, ITEM_ID_LENGTH), hash);
  const kind = load<u32>(item, ITEM_KIND);
  const millis = load<f64>(item, ITEM_MILLIS);
  const data = textAt(item, 0);
  const length = textLength(item, 0);
  if (load<u32>(entry, LABEL_KIND) == 0) {
    labelIds++;
    if (load<u32>(entry, OUTPUT_KIND) != 0) matchedIds++;
  } else {
    const known = load<f64>(entry, LABEL_MILLIS);
    const order = millis == known ? compareContents(kind, data, length, entry) : millis > known ? 1 : -1;
    if (order == 0) repeatedLabels++;
    else overruledLabels++;
    if (order <= 0) return;
  }
  store<u32>(entry, kind, LABEL_KIND);
  store<f64>(entry, millis, LABEL_MILLIS);
  store<u32>(entry, <u32>keep(data, length), LABEL_AT);
  store<u32>(entry, length, LABEL_LENGTH);
}

function takeCapture(line: usize): usize {
  // Its parts are kept as they stand, and must be what JSON.parse and JSON.stringify would make of them.
  const next = readFields(captureTemplate, line, true);
  if (next == 0 || !isId(EVENT_ID) || startOf(CAPTURE_DATA) == 0) return 0;
  const kind = encodingOf(OUTPUT_ENCODING);
  if (kind == 0 || startOf(OUTPUT_DATA) == 0 || escapesOf(INFERENCE_TIME) != NO_ESCAPE) return 0;
  const millis = readTime(startOf(INFERENCE_TIME), lengthOf(INFERENCE_TIME));
  if (isNaN(millis)) return 0;
  let id = EVENT_ID;
  if (startOf(INFERENCE_ID) != 0) {
    if (!isId(INFERENCE_ID)) return 0;
    id = INFERENCE_ID;
  }
  const item = newItem(startOf(id), lengthOf(id), kind, millis);
  // An event id that is the id itself is not kept twice.
  setText(item, 0, startOf(EVENT_ID), id == EVENT_ID ? 0 : lengthOf(EVENT_ID));
  setText(item, 1, startOf(OUTPUT_DATA), lengthOf(OUTPUT_DATA));
  setText(item, 2, startOf(CAPTURE_DATA), lengthOf(CAPTURE_DATA));
  setText(item, 3, startOf(METADATA), lengthOf(METADATA));
  return next;
}

// The parts of a line that the host reads, set one by one.
const parts = memory.data(8 * 4);

export function setPart(part: u32, at: usize, length: u32): void {
  store<u32>(parts + part * 8, <u32>at);
  store<u32>(parts + part * 8, length, 4);
}

/** Of a line that the host has read, and of the parts that it set. */
export function putCapture(id: usize, idLength: u32, kind: u32, millis: f64): void {
  const item = newItem(id, idLength, kind, millis);
  for (let part: u32 = 0; part < PART_COUNT; part++) {
    setText(item, part, load<u32>(parts + part * 8), load<u32>(parts + part * 8, 4));
  }
  putCaptures();
}

function putHashedCapture(item: usize): void {
  const hash = load<u32>(item, ITEM_HASH);
  if (!isMine(hash)) return;
  const millis = load<f64>(item, ITEM_MILLIS);
  // Else it would hang on how captures are split into objects which of a repeated id is known.
  if (millis < windowFrom || millis >= windowTo) return;
  const entry = entryOf(load<u32>(item, ITEM_ID), load<u32>(item, ITEM_ID_LENGTH), hash);
  if (load<u32>(entry, OUTPUT_KIND) == 0) {
    captureIds++;
    if (load<u32>(entry, LABEL_KIND) != 0) matchedIds++;
  } else {
    const order = compareCapture(entry, item);
    if (order == 0) repeatedCaptures++;
    else laterCaptures++;
    if (order >= 0) return;
  }
  store<u32>(entry, load<u32>(item, ITEM_KIND), OUTPUT_KIND);
  store<f64>(entry, millis, CAPTURE_MILLIS);
  let first: usize = 0;
  for (let part: u32 = 0; part < keptParts; part++) {
    const length = textLength(item, part);
    const kept = keep(textAt(item, part), length);
    if (part == 0) first = kept;
    store<u32>(entry + PART_LENGTHS + part * 4, length);
  }
  store<u32>(entry, <u32>first, CAPTURE_AT);
}

/** By time, event id, kind of answer, answer, then all the rest: not by arrival. */
function compareCapture(entry: usize, item: usize): i32 {
  const millis = load<f64>(item, ITEM_MILLIS);
  const kind = load<u32>(item, ITEM_KIND);
  const known = load<f64>(entry, CAPTURE_MILLIS);
  if (millis != known) return millis < known ? -1 : 1;
  let at: usize = load<u32>(entry, CAPTURE_AT);
  for (let part: u32 = 0; part < keptParts; part++) {
    const length = load<u32>(entry + PART_LENGTHS + part * 4);
    let newAt = textAt(item, part);
    let newLength = textLength(item, part);
    let oldAt = at;
    let oldLength = length;
    if (part == 0) {
      if (newLength == 0) { newAt = entry + ID; newLength = load<u32>(entry, ID_LENGTH); }
      if (oldLength == 0) { oldAt = entry + ID; oldLength = load<u32>(entry, ID_LENGTH); }
    }
    const order = compareTexts(newAt, newLength, oldAt, oldLength);
    if (order != 0) return order;
    const knownKind = load<u32>(entry, OUTPUT_KIND);
    if (part == 0 && kind != knownKind) return <i32>kind - <i32>knownKind;
    at = (at + length + 7) & ~7;
  }
  return 0;
}
