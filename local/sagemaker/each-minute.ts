const MINUTE_MILLIS = 60_000;

/**
 * Does the work at each full minute, so that a minute of live traffic makes one capture file, and one
 * after the other however long it takes. Keeps no process alive.
 *
 * @returns what stops it
 */
export function eachMinute(work: () => Promise<unknown>): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(
      () => {
        work().then(schedule, schedule);
      },
      MINUTE_MILLIS - (Date.now() % MINUTE_MILLIS),
    );
    timer.unref();
  };
  schedule();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
