/** `2026-01-15 10:00` of an ISO 8601 time. */
export function readableMinute(time: string): string {
  return time.slice(0, 16).replace("T", " ");
}
