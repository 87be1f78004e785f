import type { QuarantinedLine, QuarantineReason } from "../capture/quarantine.ts";

const EXCERPT_CHARACTERS = 200;

/** Counts all quarantined lines and keeps the first of them. */
export class QuarantineLog {
  readonly lines: QuarantinedLine[] = [];
  readonly counts = new Map<QuarantineReason, number>();
  /** Those that came before any good line: they go to the first good line's hour. */
  readonly beforeFirstHour = new Map<string, number>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add({ lineNumber, reason, excerpt }: QuarantinedLine): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
    if (this.lines.length >= this.#limit) return;
    this.lines.push({ lineNumber, reason, excerpt: excerpt.slice(0, EXCERPT_CHARACTERS) });
  }

  moveTo(hourCounts: Map<string, number>): void {
    for (const [reason, count] of this.beforeFirstHour) hourCounts.set(reason, count);
    this.beforeFirstHour.clear();
  }
}
