import type { SideRow } from "../capture/json-rows.ts";
import type { Kernel } from "../capture/kernel.ts";
import { readColumn } from "../capture/kernel-columns.ts";
import type { QuarantineReason } from "../capture/quarantine.ts";
import { type CaptureRow, COLUMNS_LIMIT } from "../capture/record.ts";
import type { RowColumns } from "../capture/template-memory.ts";
import type { ColumnState } from "../sketch/column-state.ts";
import { emptyProfile, mergeProfiles } from "./merge.ts";
import type { Profile, ShapeProfile } from "./profile.ts";

/** Shapes of one hour; records with further ones are quarantined. */
const SHAPES_LIMIT = 16;

/**
 * One hour of a scan: its columns are in the kernel, or moved out into `moved` for want of room.
 */
export interface HourColumns {
  readonly shapes: Map<string, ShapeColumns>;
  moved: Profile;
  recordCount: number;
  firstMillis: number;
  lastMillis: number;
  readonly quarantinedCounts: Map<string, number>;
}

export interface ShapeColumns {
  rowCount: number;
  /** All ids so far, moved out or not. */
  readonly ids: Set<string>;
  readonly addresses: Map<string, number>;
  /** Addresses of positional columns by place, so that they need no look-up. */
  positionalOutputs: readonly number[] | null;
  positionalInputs: readonly number[] | null;
}

export function createHour(): HourColumns {
  return {
    shapes: new Map(),
    moved: emptyProfile,
    recordCount: 0,
    firstMillis: Number.POSITIVE_INFINITY,
    lastMillis: Number.NEGATIVE_INFINITY,
    quarantinedCounts: new Map(),
  };
}

export function shapeOf({ outputs, inputs }: CaptureRow): string {
  return `${sideShape(outputs)}+${sideShape(inputs)}`;
}

function sideShape(side: SideRow | null): string {
  if (side === null) return "-";
  return side.names === null ? String(side.cells.length) : "*";
}

/** Makes room for a record's shapes and columns, all of them or, beyond a limit, none. */
export function admitRows(hour: HourColumns, rows: readonly CaptureRow[]): QuarantineReason | null {
  const added = new Map<string, Set<string>>();
  for (const row of rows) {
    const shape = shapeOf(row);
    const known = hour.shapes.get(shape);
    if (known !== undefined && !shape.includes("*")) continue;
    const ids = added.get(shape) ?? new Set();
    added.set(shape, ids);
    for (const id of columnIds(row)) if (!known?.ids.has(id)) ids.add(id);
    if ((known?.ids.size ?? 0) + ids.size > COLUMNS_LIMIT) return "too-many-columns";
  }
  const newShapes = [...added.keys()].filter((shape) => !hour.shapes.has(shape));
  if (hour.shapes.size + newShapes.length > SHAPES_LIMIT) return "too-many-shapes";
  for (const [shape, ids] of added) {
    const columns = hour.shapes.get(shape) ?? createShape();
    hour.shapes.set(shape, columns);
    for (const id of ids) columns.ids.add(id);
  }
  return null;
}

function createShape(): ShapeColumns {
  return {
    rowCount: 0,
    ids: new Set(),
    addresses: new Map(),
    positionalOutputs: null,
    positionalInputs: null,
  };
}

function columnIds({ outputs, inputs }: CaptureRow): string[] {
  return [...sideIds("o", outputs), ...sideIds("i", inputs)];
}

function sideIds(letter: string, side: SideRow | null): string[] {
  if (side === null) return [];
  if (side.names !== null) return side.names.map((name) => `${letter}.${name}`);
  return side.cells.map((_, index) => letter + index);
}

/** The kernel's columns of an admitted row, made where they are not there. */
export function columnsOf(kernel: Kernel, shape: ShapeColumns, row: CaptureRow): RowColumns {
  const { outputs, inputs } = row;
  const addresses = (letter: string, side: SideRow | null): number[] =>
    sideIds(letter, side).map((id) => addressOf(kernel, shape, id));
  if (outputs?.names === null) shape.positionalOutputs ??= addresses("o", outputs);
  if (inputs?.names === null) shape.positionalInputs ??= addresses("i", inputs);
  return {
    outputs: outputs?.names === null ? shape.positionalOutputs! : addresses("o", outputs),
    inputs: inputs?.names === null ? shape.positionalInputs! : addresses("i", inputs),
  };
}

function addressOf(kernel: Kernel, { addresses }: ShapeColumns, id: string): number {
  let address = addresses.get(id);
  if (address === undefined) {
    address = kernel.newColumn();
    addresses.set(id, address);
  }
  return address;
}

/** Moves the hour's columns out of the kernel, which may then be reset. */
export function moveOut(kernel: Kernel, hour: HourColumns): void {
  const shapes = new Map<string, ShapeProfile>();
  let rowCount = 0;
  for (const [shape, columns] of hour.shapes) {
    if (columns.rowCount === 0) continue;
    shapes.set(shape, readShape(kernel, columns));
    rowCount += columns.rowCount;
    columns.rowCount = 0;
    columns.addresses.clear();
    columns.positionalOutputs = null;
    columns.positionalInputs = null;
  }
  hour.moved = mergeProfiles(hour.moved, { ...emptyProfile, rowCount, shapes });
}

function readShape(kernel: Kernel, { rowCount, addresses }: ShapeColumns): ShapeProfile {
  const columns = new Map<string, ColumnState>();
  for (const [id, address] of addresses) columns.set(id, readColumn(kernel, address));
  return { rowCount, columns };
}

/** The hour's profile; its columns must be moved out. */
export function profileOf(hour: HourColumns): Profile {
  return {
    ...hour.moved,
    recordCount: hour.recordCount,
    quarantinedCounts: hour.quarantinedCounts,
    firstInferenceMillis: Number.isFinite(hour.firstMillis) ? hour.firstMillis : null,
    lastInferenceMillis: Number.isFinite(hour.lastMillis) ? hour.lastMillis : null,
  };
}
