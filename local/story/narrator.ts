import { SingleBar } from "cli-progress";

/** What the person at the terminal sees while the story is told. */
export interface Narrator {
  /** A step begins. */
  readonly step: (title: string) => void;
  /** Something worth knowing happened in it. */
  readonly say: (line: string) => void;
  /** Work with a known end: a bar on a terminal, nothing in a log. */
  readonly bar: (title: string, totalCount: number) => ProgressBar;
}

export interface ProgressBar {
  readonly update: (doneCount: number) => void;
  readonly stop: () => void;
}

/** Writes to standard error, with the seconds since the start before each step. */
export function narrate(stream: NodeJS.WriteStream): Narrator {
  const startMillis = performance.now();
  const seconds = (): string => ((performance.now() - startMillis) / 1000).toFixed(1).padStart(6);
  return {
    step: (title) => void stream.write(`${seconds()} s  ${title}\n`),
    say: (line) => void stream.write(`          ${line}\n`),
    bar: (title, totalCount) => (stream.isTTY ? barOn(stream, title, totalCount) : NO_BAR),
  };
}

const NO_BAR: ProgressBar = { update: () => {}, stop: () => {} };

function barOn(stream: NodeJS.WriteStream, title: string, totalCount: number): ProgressBar {
  const bar = new SingleBar({
    stream,
    format: `          ${title} {bar} {value}/{total}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(totalCount, 0);
  return { update: (doneCount) => bar.update(doneCount), stop: () => bar.stop() };
}
