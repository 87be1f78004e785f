import {
  InvokeEndpointCommand,
  type SageMakerRuntimeClient,
} from "@aws-sdk/client-sagemaker-runtime";
import { randomSource } from "../random.ts";
import { INFERENCE_TIME_HEADER } from "../sagemaker/invoke-endpoint.ts";
import type { ChurnRow } from "./churn-rows.ts";
import { injectChanges, type UpstreamChange } from "./inject-change.ts";

const HOUR_MILLIS = 3_600_000;
const REQUESTS_AT_ONCE = 8;

export interface TrafficPlan {
  readonly client: SageMakerRuntimeClient;
  readonly endpoint: string;
  readonly features: readonly string[];
  /** Where customers come from, see {@link churnGenerator}. */
  readonly nextRow: () => ChurnRow;
  /** Start of the first hour; requests carry this and later times, whatever the clock says. */
  readonly fromMillis: number;
  readonly hours: number;
  readonly rowsPerHour: number;
  /** Of the moments within each hour. */
  readonly seed: number;
  /** Inference ids are this, the hour and the row's number. */
  readonly idPrefix: string;
  readonly changes?: readonly UpstreamChange[];
  readonly targetVariant?: string;
  readonly onProgress?: (progress: { sentCount: number; totalCount: number }) => void;
}

export interface Traffic {
  readonly sentCount: number;
  readonly failedCount: number;
  /** The label of each customer asked about, by inference id: what becomes known only later. */
  readonly labels: ReadonlyMap<string, 0 | 1>;
}

interface Request {
  readonly inferenceId: string;
  readonly inferenceMillis: number;
  readonly row: ChurnRow;
}

/** Sends several hours of traffic to a simulated endpoint in as many seconds. */
export async function replayTraffic(plan: TrafficPlan): Promise<Traffic> {
  const requests = planRequests(plan);
  const labels = new Map(requests.map(({ inferenceId, row }) => [inferenceId, row.label] as const));
  const totalCount = requests.length;
  let [sentCount, failedCount] = [0, 0];
  const sendNext = async (): Promise<void> => {
    for (let next = requests.pop(); next !== undefined; next = requests.pop()) {
      try {
        await plan.client.send(commandOf(plan, next));
      } catch (error) {
        // The model's refusal is part of the traffic; that nobody answers is not.
        if ((error as Error).name !== "ModelError") throw error;
        failedCount++;
      }
      sentCount++;
      plan.onProgress?.({ sentCount, totalCount });
    }
  };
  requests.reverse();
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, sendNext));
  return { sentCount, failedCount, labels };
}

/** Every request of the plan, in the order of their times; the same for the same seeds. */
function planRequests(plan: TrafficPlan): Request[] {
  const random = randomSource(plan.seed);
  const requests: Request[] = [];
  for (let hour = 0; hour < plan.hours; hour++) {
    const startMillis = plan.fromMillis + hour * HOUR_MILLIS;
    for (let index = 0; index < plan.rowsPerHour; index++) {
      const share = (index + random()) / plan.rowsPerHour;
      requests.push({
        inferenceId: `${plan.idPrefix}-${hour}-${index}`,
        inferenceMillis: startMillis + Math.floor(share * HOUR_MILLIS),
        row: injectChanges(plan.nextRow(), plan.features, plan.changes ?? []),
      });
    }
  }
  return requests;
}

function commandOf(plan: TrafficPlan, { inferenceId, inferenceMillis, row }: Request) {
  const command = new InvokeEndpointCommand({
    EndpointName: plan.endpoint,
    ContentType: "text/csv",
    Body: Buffer.from(row.values.join(",")),
    InferenceId: inferenceId,
    TargetVariant: plan.targetVariant,
  });
  command.middlewareStack.add(
    (next) => (call) => {
      const { headers } = call.request as { headers: Record<string, string> };
      headers[INFERENCE_TIME_HEADER] = new Date(inferenceMillis).toISOString();
      return next(call);
    },
    { step: "build", name: "backDateInference" },
  );
  return command;
}
