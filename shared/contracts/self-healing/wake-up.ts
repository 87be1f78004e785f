import * as z from "zod/mini";
import type { PendingTask } from "./pending-task.ts";

/**
 * Something may be over that a run waits for. What an event says of it is not believed: it tells only
 * where to look, and without an event all is looked at.
 */
export interface WakeUp {
  readonly nowMillis: number;
  /** null: at everything. */
  readonly about: Pick<PendingTask, "kind" | "name"> | { readonly run: string } | null;
}

const name = z.string().check(z.minLength(1));

/** As EventBridge writes it, or as AWS's own samples of endpoint events do: seconds since the epoch. */
const time = z.pipe(
  z.string().check(z.refine((text) => !Number.isNaN(millisOf(text)), "must be a time")),
  z.transform(millisOf),
);

function millisOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * (text.length > 11 ? 1 : 1000) : Date.parse(text);
}

function changed<Detail extends z.core.$ZodType>(
  detailType: string,
  detail: Detail,
  about: (detail: z.output<Detail>) => WakeUp["about"],
) {
  return z.pipe(
    z.looseObject({ time, "detail-type": z.literal(detailType), detail }),
    z.transform((event): WakeUp => {
      const { time: nowMillis, detail: found } = event as {
        readonly time: number;
        readonly detail: z.output<Detail>;
      };
      return { nowMillis, about: about(found) };
    }),
  );
}

const endpoint = z.looseObject({ EndpointName: name });
const aboutEndpoint = ({ EndpointName }: z.infer<typeof endpoint>): WakeUp["about"] => ({
  kind: "endpoint",
  name: EndpointName,
});

export const wakeUp = z.union([
  changed("Scheduled Event", z.looseObject({}), () => null),
  changed(
    "SageMaker Training Job State Change",
    z.looseObject({ TrainingJobName: name }),
    (detail) => ({ kind: "training-job", name: detail.TrainingJobName }),
  ),
  changed(
    "SageMaker Transform Job State Change",
    z.looseObject({ TransformJobName: name }),
    (detail) => ({ kind: "transform-job", name: detail.TransformJobName }),
  ),
  changed(
    "SageMaker Model Building Pipeline Execution Status Change",
    z.looseObject({ pipelineExecutionArn: name }),
    (detail) => ({ kind: "pipeline-execution", name: detail.pipelineExecutionArn }),
  ),
  changed("SageMaker Endpoint State Change", endpoint, aboutEndpoint),
  changed("SageMaker Endpoint Deployment State Change", endpoint, aboutEndpoint),
  changed("Step Functions Execution Status Change", z.looseObject({ name }), (detail) => ({
    run: detail.name,
  })),
]);
