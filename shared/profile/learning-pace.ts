/** Misses in a row before a template that used to fit is given up. */
const MISSES = 4;
/** Lines a template must have read to have been worth learning. */
const WORTH_LINES = 8;
const LONGEST_WAIT = 4096;

/**
 * When to learn a line's template: at once, but ever more rarely while templates do not fit the
 * lines behind them, so that objects without any regularity cost little more than reading their
 * lines.
 */
export class LearningPace {
  #misses = 0;
  #linesRead = WORTH_LINES;
  #wait = 1;

  /** The kernel read this many lines by itself. */
  counted(lines: number): void {
    this.#linesRead += lines;
    this.#misses = 0;
  }

  /** Called for every line the kernel did not read. */
  isDue(isFresh: boolean): boolean {
    this.#misses += 1;
    return this.#misses >= Math.max(this.#wait, isFresh ? 1 : MISSES);
  }

  learned(): void {
    this.#wait = this.#linesRead >= WORTH_LINES ? 1 : Math.min(this.#wait * 2, LONGEST_WAIT);
    this.#linesRead = 0;
    this.#misses = 0;
  }
}
