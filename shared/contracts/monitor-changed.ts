import * as z from "zod/mini";
import { awsEvent } from "./aws-event.ts";

export const MONITOR_CHANGED = "Monitor Changed";

/** S3's word that a file under `monitors/` was written. */
const definitionCreated = awsEvent(
  "Object Created",
  z.looseObject({ object: z.looseObject({ key: z.string() }) }),
);

const definitionDeleted = awsEvent(
  "Object Deleted",
  z.looseObject({ object: z.looseObject({ key: z.string() }) }),
);

/** plan-checks' word that what is deployed for an endpoint is not what its definition asks for. */
const monitorChanged = awsEvent(
  MONITOR_CHANGED,
  z.looseObject({ endpoint: z.string().check(z.minLength(1)) }),
);

/** Whatever makes register-monitor look at an endpoint again; the truth is the file, not the event. */
export const monitorEvent = z.union([definitionCreated, definitionDeleted, monitorChanged]);

export type MonitorEvent = z.infer<typeof monitorEvent>;
