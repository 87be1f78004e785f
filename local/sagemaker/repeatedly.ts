/**
 * Does the work again and again, each time so long after the last has ended. Keeps no process alive.
 *
 * @returns what stops it
 */
export function repeatedly(work: () => Promise<unknown>, pauseMillis: number): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => work().then(schedule, schedule), pauseMillis);
    timer.unref();
  };
  schedule();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
