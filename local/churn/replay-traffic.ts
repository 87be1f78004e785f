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

/** What customers send now, at the time at which it is sent. */
export interface LiveTraffic
  extends Pick<TrafficPlan, "client" | "endpoint" | "nextRow" | "onProgress"> {
  readonly requestCount: number;
}

interface Request {
  /** Absent of what nobody will ever label. */
  readonly inferenceId?: string;
  /** Absent of what is sent at its own time. */
  readonly inferenceMillis?: number;
  readonly row: ChurnRow;
}

/** Sends several hours of traffic to a simulated endpoint in as many seconds. */
export async function replayTraffic(plan: TrafficPlan): Promise<Traffic> {
  const requests = planRequests(plan);
  const labels = new Map(requests.map(({ inferenceId, row }) => [inferenceId, row.label] as const));
  return { ...(await sendAll(plan, requests)), labels };
}

/** Sends so many requests, several at once. */
export async function sendLiveTraffic(live: LiveTraffic): Promise<Omit<Traffic, "labels">> {
  const { requestCount, nextRow } = live;
  return await sendAll(
    live,
    Array.from({ length: requestCount }, () => ({ row: nextRow() })),
  );
}

type Sending = Pick<TrafficPlan, "client" | "endpoint" | "targetVariant" | "onProgress">;

async function sendAll(
  sending: Sending,
  requests: readonly Request[],
): Promise<Omit<Traffic, "labels">> {
  const left = requests.toReversed();
  const totalCount = requests.length;
  let [sentCount, failedCount] = [0, 0];
  const sendNext = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      try {
        await sending.client.send(commandOf(sending, next));
      } catch (error) {
        // The model's refusal is part of the traffic; that nobody answers is not.
        if ((error as Error).name !== "ModelError") throw error;
        failedCount++;
      }
      sentCount++;
      sending.onProgress?.({ sentCount, totalCount });
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, sendNext));
  return { sentCount, failedCount };
}

/** Every request of the plan, in the order of their times; the same for the same seeds. */
function planRequests(plan: TrafficPlan): Required<Request>[] {
  const random = randomSource(plan.seed);
  const requests: Required<Request>[] = [];
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

function commandOf(sending: Sending, { inferenceId, inferenceMillis, row }: Request) {
  const command = new InvokeEndpointCommand({
    EndpointName: sending.endpoint,
    ContentType: "text/csv",
    Body: Buffer.from(row.values.join(",")),
    InferenceId: inferenceId,
    TargetVariant: sending.targetVariant,
  });
  if (inferenceMillis === undefined) return command;
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
