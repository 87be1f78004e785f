import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { randomSource } from "../random.ts";
import type { AdminRoutes } from "./admin.ts";
import { CaptureBuffer } from "./capture/capture-buffer.ts";
import type { SimulatorContext } from "./context.ts";
import { Durations, type DurationValues } from "./durations.ts";
import { eachMinute } from "./each-minute.ts";
import { EventBus } from "./events/event-bus.ts";
import { Faults } from "./faults.ts";
import { createHttpServer } from "./http-server.ts";
import { BackgroundWork } from "./jobs/background-work.ts";
import { EndpointMetrics } from "./metrics.ts";
import { repeatedly } from "./repeatedly.ts";
import { ModelServers } from "./serving/model-servers.ts";
import { settle } from "./settle.ts";
import { State } from "./state.ts";

export interface SimulatorOptions extends Partial<DurationValues> {
  /** 0 takes a free one. */
  readonly port: number;
  /** Where models, configurations and endpoints are kept between runs. */
  readonly dataFolder: string;
  /** The local account, for S3, CloudWatch and EventBridge. */
  readonly awsEndpointUrl: string;
  readonly region?: string;
  readonly accountId?: string;
  /** Of the events that it puts on the account's default bus. */
  readonly eventSource?: string;
  /** Of the choice of variants and the sampling of captures. */
  readonly seed?: number;
  readonly now?: () => number;
  /** Called when somebody asks the simulator to stop. */
  readonly onStopAsked?: () => void;
}

export interface Simulator {
  readonly url: string;
  readonly port: number;
  /** Writes what is held and closes the port. */
  stop(): Promise<void>;
}

/** An account takes no event whose source begins with `aws.`, as SageMaker's own does. */
const EVENT_SOURCE_DEFAULT = "plumbline.sagemaker";
const SETTLE_PAUSE_MILLIS = 100;
const LOOPBACK = "127.0.0.1";

/** Starts SageMaker for the local account; it answers once the promise is fulfilled. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const context = createContext(options);
  const write = async () => ({
    captures: await context.captures.flush(),
    metrics: await context.metrics.flush(),
    events: await context.events.flush(),
  });
  let writing: Promise<unknown> = Promise.resolve();
  // Whoever asks for it finds all written that had been held, also by the minute's own flush.
  const flush = (): ReturnType<typeof write> => {
    const written = writing.then(write, write);
    writing = written;
    return written;
  };
  const server = createHttpServer(context, adminRoutes(context, flush, options));
  await listen(server, options.port);
  const stopFlushing = eachMinute(() => flush().catch(reportFlush));
  const stopSettling = repeatedly(() => settle(context).catch(reportSettling), SETTLE_PAUSE_MILLIS);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${LOOPBACK}:${port}`,
    stop: async () => {
      stopFlushing();
      stopSettling();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      context.state.save();
      await flush().catch(reportFlush);
    },
  };
}

function adminRoutes(
  context: SimulatorContext,
  flush: () => Promise<object>,
  { onStopAsked }: SimulatorOptions,
): AdminRoutes {
  return {
    health: () => ({ status: "ready" }),
    flush,
    faults: (settings) => {
      context.faults.set(settings);
      return context.faults.settings;
    },
    "fault-counts": () => context.faults.struck,
    durations: (changes) => context.durations.set(changes),
    stop: () => {
      // After the answer has left.
      setTimeout(() => onStopAsked?.(), 10);
      return { status: "stopping" };
    },
  };
}

function createContext(options: SimulatorOptions): SimulatorContext {
  const region = options.region ?? "us-east-1";
  // The local account takes any credentials; real ones must not be sent to it.
  const account = {
    region,
    endpoint: options.awsEndpointUrl,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const s3 = new S3Client({ ...account, forcePathStyle: true });
  const cloudWatch = new CloudWatchClient(account);
  const faults = new Faults();
  const source = options.eventSource ?? EVENT_SOURCE_DEFAULT;
  return {
    s3,
    cloudWatch,
    state: new State(options.dataFolder),
    faults,
    events: new EventBus(new EventBridgeClient(account), { source, faults }),
    work: new BackgroundWork(),
    durations: new Durations(options),
    models: new ModelServers(s3),
    captures: new CaptureBuffer(s3),
    metrics: new EndpointMetrics(cloudWatch),
    region,
    accountId: options.accountId ?? "000000000000",
    now: options.now ?? Date.now,
    random: randomSource(options.seed ?? 1),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const rule = "another process listens there; name a free one";
      reject(error.code === "EADDRINUSE" ? new Error(`port: ${port}: ${rule}`) : error);
    });
    server.listen(port, LOOPBACK, resolve);
  });
}

function reportSettling(error: unknown): void {
  console.error("SageMaker simulator: what was due could not be settled:", error);
}

function reportFlush(error: unknown): void {
  console.error("SageMaker simulator: captures or metrics could not be written:", error);
}
