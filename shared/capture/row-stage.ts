import { countedText } from "../sketch/value-type.ts";
import { type Kernel, SCRATCH_BYTES, STAGE_BYTES } from "./kernel.ts";
import type { CaptureRow } from "./record.ts";
import type { RowColumns } from "./template-memory.ts";

const CELL_WORDS = 3;
/** The longest counted text, and what the kernel reads behind it. */
const TEXT_ROOM = 272;

const utf8 = new TextEncoder();

/**
 * Counts rows that were read as text: each cell goes to the kernel with the address of its column.
 */
export function countRow(kernel: Kernel, row: CaptureRow, columns: RowColumns): void {
  const cells = [...(row.outputs?.cells ?? []), ...(row.inputs?.cells ?? [])];
  const addresses = [...columns.outputs, ...columns.inputs];
  const stage = kernel.stageAddress();
  const scratch = kernel.scratchAddress();
  let cellCount = 0;
  let used = 0;
  for (const [index, cell] of cells.entries()) {
    if (cell === null) continue;
    const text = countedText(cell);
    const isFull =
      used + TEXT_ROOM > SCRATCH_BYTES || (cellCount + 1) * CELL_WORDS * 4 > STAGE_BYTES;
    if (isFull) {
      kernel.countStaged(cellCount);
      cellCount = 0;
      used = 0;
    }
    const bytes = kernel.bytes();
    const { written } = utf8.encodeInto(text, bytes.subarray(scratch + used));
    const words = kernel.words();
    const entry = stage / 4 + cellCount * CELL_WORDS;
    words[entry] = addresses[index]!;
    words[entry + 1] = scratch + used;
    words[entry + 2] = written;
    cellCount += 1;
    used += written;
  }
  kernel.countStaged(cellCount);
}
