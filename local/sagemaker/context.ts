import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { S3Client } from "@aws-sdk/client-s3";
import type { CaptureBuffer } from "./capture/capture-buffer.ts";
import type { Durations } from "./durations.ts";
import type { EventBus } from "./events/event-bus.ts";
import type { Faults } from "./faults.ts";
import type { BackgroundWork } from "./jobs/background-work.ts";
import type { EndpointMetrics } from "./metrics.ts";
import type { ModelServers } from "./serving/model-servers.ts";
import type { State } from "./state.ts";

/** Everything an operation works with; time and chance are given, so that tests can fix them. */
export interface SimulatorContext {
  readonly state: State;
  readonly faults: Faults;
  readonly models: ModelServers;
  readonly captures: CaptureBuffer;
  readonly metrics: EndpointMetrics;
  readonly events: EventBus;
  readonly work: BackgroundWork;
  /** Of the account. */
  readonly s3: S3Client;
  readonly cloudWatch: CloudWatchClient;
  readonly region: string;
  readonly accountId: string;
  readonly durations: Durations;
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** One call of the control plane: its input as it came, its output as it goes. */
export type Operation = (context: SimulatorContext, input: never) => object | Promise<object>;

export function arnOf(context: SimulatorContext, kind: string, name: string): string {
  return `arn:aws:sagemaker:${context.region}:${context.accountId}:${kind}/${name.toLowerCase()}`;
}

/** Reads are eventually consistent, when the fault is on: what was just created is not there yet. */
export function isVisible(
  { faults, now }: SimulatorContext,
  { creationMillis }: { readonly creationMillis: number },
): boolean {
  return now() - creationMillis >= faults.settings.lateVisibilityMillis;
}

/** SageMaker's JSON carries times as seconds since the epoch. */
export function epochSeconds(millis: number): number {
  return millis / 1000;
}
