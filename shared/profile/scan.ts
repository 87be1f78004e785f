import type { Kernel } from "../capture/kernel.ts";
import type { LineSink } from "../capture/line-feed.ts";
import type { QuarantineReason } from "../capture/quarantine.ts";
import { countRow } from "../capture/row-stage.ts";
import type { LineTemplate } from "../capture/template.ts";
import { writeTemplate } from "../capture/template-memory.ts";
import {
  admitRows,
  columnsOf,
  createHour,
  type HourColumns,
  moveOut,
  profileOf,
  type ShapeColumns,
  shapeOf,
} from "./hour-columns.ts";
import { LearningPace } from "./learning-pace.ts";
import type { LineFormat, LineRecord } from "./line-formats.ts";
import { continuation, OpenRecord } from "./open-record.ts";
import type { Profile } from "./profile.ts";
import { QuarantineLog } from "./quarantine-log.ts";

const HOUR_MILLIS = 3_600_000;
/** Hours in one object; records of further ones are quarantined. */
const HOURS_LIMIT = 1000;
/** Kernel memory at which all columns move out; it grows when that happens too often. */
const MEMORY_LIMIT_BYTES = 32 * 2 ** 20;
const LINES_BETWEEN_MOVES = 10_000;

/** Into which columns the kernel counts the lines it reads by itself. */
interface FastTarget {
  readonly hourMillis: number;
  readonly hour: HourColumns;
  readonly shape: string;
  readonly columns: ShapeColumns;
}

/**
 * Profiles the lines of one object: the kernel reads what looks like a learned line, we the others.
 */
export class Scan implements LineSink {
  readonly log: QuarantineLog;
  lineCount = 0;
  readonly #kernel: Kernel;
  readonly #format: LineFormat;
  readonly #hours = new Map<number, HourColumns>();
  readonly #pace = new LearningPace();
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #lineNumber = 0;
  #lastHour: HourColumns | null = null;
  #fast: FastTarget | null = null;
  #open: OpenRecord | null = null;
  #memoryLimitBytes = MEMORY_LIMIT_BYTES;
  #lineOfLastMove = 0;

  constructor(kernel: Kernel, format: LineFormat, excerptLimit: number) {
    this.#kernel = kernel;
    this.#format = format;
    this.log = new QuarantineLog(excerptLimit);
    kernel.limitMemory(this.#memoryLimitBytes);
  }

  takeLines(start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (this.#fast !== null && this.#open === null) at = this.#countFast(this.#fast, at, end);
      if (at < end && !this.#isOverLimit()) {
        const bytes = this.#kernel.bytes();
        const lineEnd = bytes.indexOf(10, at);
        this.#takeLine(bytes.subarray(at, lineEnd));
        at = lineEnd + 1;
      }
      // After every line that may have overdrawn it, so that it does not hang on how bytes are cut.
      if (this.#isOverLimit()) this.#makeRoom();
    }
  }

  takeLongLine(line: Uint8Array): void {
    this.#takeLine(line);
    if (this.#isOverLimit()) this.#makeRoom();
  }

  refuseLine(beginning: Uint8Array): void {
    this.#lineNumber += 1;
    this.quarantine("line-too-long", new TextDecoder().decode(beginning.subarray(0, 800)));
  }

  /** Counts a line that could not be read, at the line that was last begun. */
  quarantine(reason: QuarantineReason, text: string, lineNumber: number = this.#lineNumber): void {
    this.lineCount += 1;
    this.log.add({ lineNumber, reason, excerpt: text });
    const counts = this.#lastHour?.quarantinedCounts ?? this.log.beforeFirstHour;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }

  finish(): Map<number, Profile> {
    while (this.#open !== null) this.#giveUp(this.#open);
    this.#moveOut();
    const ascending = [...this.#hours].sort(([a], [b]) => a - b);
    return new Map(ascending.map(([millis, hour]) => [millis, profileOf(hour)]));
  }

  #countFast(target: FastTarget, at: number, end: number): number {
    const kernel = this.#kernel;
    const stopped = kernel.countLines(at, end);
    const lineCount = kernel.countedLines();
    if (lineCount === 0) return stopped;
    this.lineCount += lineCount;
    this.#lineNumber += lineCount;
    this.#pace.counted(lineCount);
    this.#lastHour = target.hour;
    target.hour.recordCount += lineCount;
    target.columns.rowCount += kernel.countedRows();
    const first = kernel.firstCountedSecond();
    if (first >= 0) {
      seen(target.hour, target.hourMillis + first * 1000);
      seen(target.hour, target.hourMillis + kernel.lastCountedSecond() * 1000);
    }
    return stopped;
  }

  #takeLine(bytes: Uint8Array): void {
    this.#lineNumber += 1;
    let text: string;
    try {
      text = this.#utf8.decode(bytes);
    } catch {
      this.quarantine("not-utf-8", new TextDecoder().decode(bytes.subarray(0, 800)));
      return;
    }
    if (this.#lineNumber === 1 && text.startsWith("\uFEFF")) text = text.slice(1);
    this.#takeText(text, this.#lineNumber);
  }

  /** Takes a line, which may leave a record open or go on with one. */
  #takeText(text: string, lineNumber: number): void {
    const open = this.#open;
    if (open === null) {
      if (text.trim() === "") return;
      if (this.#format.isOpen(text)) this.#open = new OpenRecord(text, lineNumber);
      else this.#takeRecord(text, lineNumber);
      return;
    }
    open.add(text);
    if (!this.#format.isOpen(continuation(text))) {
      this.#open = null;
      this.#takeRecord(open.lines.join("\n"), open.lineNumber);
    } else if (open.isTooLong()) this.#giveUp(open);
  }

  /** The quote that nothing closes spoils its own line; those behind it are lines of their own. */
  #giveUp({ lines: [first = "", ...others], lineNumber }: OpenRecord): void {
    this.#open = null;
    this.quarantine("invalid-csv", first, lineNumber);
    for (const [index, text] of others.entries()) {
      this.#takeText(text, lineNumber + 1 + index);
      if (this.#isOverLimit()) this.#makeRoom();
    }
  }

  #takeRecord(lines: string, lineNumber: number): void {
    const text = lines.endsWith("\r") ? lines.slice(0, -1) : lines;
    const record = this.#format.read(text);
    if (record === null) return;
    const reason = typeof record === "string" ? record : this.#countRecord(text, record);
    if (reason !== null) this.quarantine(reason, text, lineNumber);
  }

  #countRecord(text: string, record: LineRecord): QuarantineReason | null {
    const { inferenceMillis: millis, rows } = record;
    const hourMillis = millis === null ? 0 : Math.floor(millis / HOUR_MILLIS) * HOUR_MILLIS;
    const hour = this.#hours.get(hourMillis) ?? createHour();
    if (!this.#hours.has(hourMillis) && this.#hours.size === HOURS_LIMIT) return "too-many-hours";
    const reason = admitRows(hour, rows);
    if (reason !== null) return reason;
    if (this.#hours.size === 0) this.log.moveTo(hour.quarantinedCounts);
    this.#hours.set(hourMillis, hour);
    this.#lastHour = hour;
    this.lineCount += 1;
    hour.recordCount += 1;
    if (millis !== null) seen(hour, millis);
    for (const row of rows) {
      const shape = hour.shapes.get(shapeOf(row))!;
      shape.rowCount += 1;
      countRow(this.#kernel, row, columnsOf(this.#kernel, shape, row));
    }
    this.#learn(text, record, hourMillis);
    return null;
  }

  /** Shows the kernel this line, if its lines have been missing the template for long enough. */
  #learn(text: string, record: LineRecord, hourMillis: number): void {
    const shape = shapeOf(record.rows[0]!);
    const isOtherHour = this.#fast?.shape === shape && this.#fast.hourMillis !== hourMillis;
    if (!this.#pace.isDue(this.#fast === null || isOtherHour)) return;
    if (record.rows.some((row) => shapeOf(row) !== shape)) return;
    const template = this.#format.learn(text, record);
    this.#pace.learned();
    if (template !== null) this.#aim(template, record, hourMillis, shape);
  }

  #aim(template: LineTemplate, record: LineRecord, hourMillis: number, shape: string): void {
    const hour = this.#hours.get(hourMillis)!;
    const columns = hour.shapes.get(shape)!;
    const rowColumns = columnsOf(this.#kernel, columns, record.rows[0]!);
    const hasRoom = writeTemplate(this.#kernel, template, rowColumns);
    this.#fast = hasRoom ? { hourMillis, hour, shape, columns } : null;
  }

  #isOverLimit(): boolean {
    return this.#kernel.usedBytes() > this.#memoryLimitBytes;
  }

  #makeRoom(): void {
    this.#moveOut();
    if (this.#lineNumber - this.#lineOfLastMove < LINES_BETWEEN_MOVES) this.#memoryLimitBytes *= 2;
    this.#lineOfLastMove = this.#lineNumber;
    this.#kernel.limitMemory(this.#memoryLimitBytes);
  }

  #moveOut(): void {
    for (const hour of this.#hours.values()) moveOut(this.#kernel, hour);
    this.#kernel.resetMemory();
    this.#fast = null;
  }
}

function seen(hour: HourColumns, millis: number): void {
  hour.firstMillis = Math.min(hour.firstMillis, millis);
  hour.lastMillis = Math.max(hour.lastMillis, millis);
}
