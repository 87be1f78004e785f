import type { Cell } from "../capture/csv-rows.ts";

/**
 * One row of CSV by RFC 4180, without its line break. A missing cell is an empty field, an empty text a
 * quoted one, so that reading gives back what was written.
 */
export function csvLine(cells: readonly Cell[]): string {
  const line = cells.map(csvField).join(",");
  // A blank line is no row: a single missing cell could not be told from none.
  return line === "" ? '""' : line;
}

function csvField(cell: Cell): string {
  if (cell === null) return "";
  if (cell !== "" && !/[",\r\n]/.test(cell)) return cell;
  return `"${cell.replaceAll('"', '""')}"`;
}
