import * as z from "zod/mini";

/** ISO 8601 with a zone, as AWS writes times in envelopes. */
export const instant = z.string().check(
  z.refine(
    (text) =>
      /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
    {
      error: "must be an ISO 8601 time with a zone, such as 2026-01-15T10:00:00Z",
    },
  ),
);

/**
 * EventBridge's envelope around a detail. Unknown keys pass: AWS adds some now and then.
 *
 * `time` is the event's own time, the only "now" that a function which looks for its window knows.
 */
export function awsEvent<Detail extends z.core.$ZodType>(detailType: string, detail: Detail) {
  return z.looseObject({
    id: z.string(),
    source: z.string(),
    time: instant,
    "detail-type": z.literal(detailType),
    detail,
  });
}

/** Whether EventBridge sent it, of this type and not, say, the HTTP API. */
export function isEventOf(detailType: string, event: unknown): boolean {
  const { "detail-type": found } = (event ?? {}) as { readonly "detail-type"?: unknown };
  return found === detailType;
}
