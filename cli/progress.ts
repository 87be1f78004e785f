import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  /** Adds to what is done, in the unit of the total. */
  advance(amount: number): void;
  stop(): void;
}

const SILENT: Progress = { advance() {}, stop() {} };

/** A progress bar on stderr when a terminal is there; otherwise nothing is written at all. */
export function startProgress(label: string, total: number): Progress {
  if (!process.stderr.isTTY || total <= 0) return SILENT;
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: `${label} {bar} {percentage} %`,
      clearOnComplete: true,
      hideCursor: true,
      barsize: 24,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return {
    advance: (amount) => bar.increment(amount),
    stop: () => bar.stop(),
  };
}
