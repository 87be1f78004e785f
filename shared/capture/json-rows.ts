import type { Cell } from "./csv-rows.ts";
import { type JsonNode, type JsonObject, readValidJson } from "./json-text.ts";
import type { QuarantineReason } from "./quarantine.ts";

/** One row of one side of a record: positional cells (names null) or named ones. */
export interface SideRow {
  readonly names: readonly string[] | null;
  readonly cells: readonly Cell[];
}

const NAME_LIMIT = 1024;

/**
 * Reads a JSON body as rows: an object is one row of named columns, an array of scalars one
 * positional row, an array of objects or arrays several rows, and so is an object whose only key
 * holds such an array (`{"instances": [[1, 2], [3, 4]]}`). What is not one document is read as JSON
 * Lines.
 */
export function readJsonRows(text: string): SideRow[] | QuarantineReason {
  const whole = readDocument(text);
  if (whole !== "invalid-json-body" || !text.includes("\n")) return whole;
  const rows: SideRow[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const more = readDocument(line);
    if (typeof more === "string") return more;
    for (const row of more) rows.push(row);
  }
  return rows;
}

function readDocument(text: string): SideRow[] | QuarantineReason {
  try {
    JSON.parse(text);
  } catch {
    return "invalid-json-body";
  }
  const document = readValidJson(text);
  return document === null ? "nested-json" : rowsOf(document);
}

function rowsOf(document: JsonNode): SideRow[] | QuarantineReason {
  if (document.kind === "scalar") return [{ names: null, cells: [document.text] }];
  const items = document.kind === "array" ? document.items : wrappedRows(document);
  if (items === null) return one(document);
  if (items.length === 0) return [];
  if (items.every((item) => item.kind === "scalar")) return one(document);
  const rows: SideRow[] = [];
  for (const item of items) {
    const row = item.kind === "scalar" ? "nested-json" : rowOf(item);
    if (typeof row === "string") return row;
    rows.push(row);
  }
  return rows;
}

/** The array under the only key of an object, when it holds rows rather than one row's values. */
function wrappedRows({ entries }: JsonObject): readonly JsonNode[] | null {
  const only = entries.length === 1 ? entries[0]![1] : undefined;
  if (only?.kind !== "array") return null;
  return only.items.some((item) => item.kind !== "scalar") ? only.items : null;
}

function one(node: JsonNode): SideRow[] | QuarantineReason {
  const row = rowOf(node);
  return typeof row === "string" ? row : [row];
}

/** One object as a row of named columns: nested keys joined by dots, arrays of scalars by index. */
export function rowOf(node: JsonNode): SideRow | QuarantineReason {
  const names: string[] = [];
  const cells: Cell[] = [];
  if (node.kind === "array") {
    for (const item of node.items) {
      if (item.kind !== "scalar") return "nested-json";
      cells.push(item.text);
    }
    return { names: null, cells };
  }
  if (!flatten(node, "", names, cells)) return "nested-json";
  if (new Set(names).size !== names.length) return "duplicate-columns";
  if (names.some((name) => name.length > NAME_LIMIT)) return "column-name-too-long";
  return { names, cells };
}

function flatten(node: JsonNode, name: string, names: string[], cells: Cell[]): boolean {
  if (node.kind === "scalar") {
    names.push(name);
    cells.push(node.text);
    return true;
  }
  const prefix = name === "" ? "" : `${name}.`;
  if (node.kind === "object") {
    return node.entries.every(([key, value]) => flatten(value, prefix + key, names, cells));
  }
  return node.items.every(
    (item, index) => item.kind === "scalar" && flatten(item, prefix + index, names, cells),
  );
}
