import { parseArgs } from "node:util";
import { type SimulatorOptions, startSimulator } from "./simulator.ts";

const USAGE = `node local/sagemaker/main.ts --data-dir DIR --aws-endpoint-url URL [options]

  --port N                  port on 127.0.0.1 (0: a free one, printed)
  --region NAME             us-east-1 by default
  --account-id ID           000000000000 by default
  --transition-seconds N    how long Creating and Updating take, 2 by default
  --training-seconds N      how long a training job takes, 2 by default
  --transform-seconds N     how long a transform job takes, 2 by default
  --bake-seconds N          how long each bake of a guarded update takes, as it says by default
  --event-source NAME       of the events on the account's bus, plumbline.sagemaker by default
  --seed N                  of the choice of variants and of capture sampling
  --stop-with-stdin         stop when standard input closes, as when the parent ends`;

function optionsOf(values: Readonly<Record<string, string | boolean | undefined>>) {
  const text = (name: string): string | undefined => values[name] as string | undefined;
  const dataFolder = text("data-dir");
  const awsEndpointUrl = text("aws-endpoint-url");
  if (dataFolder === undefined || awsEndpointUrl === undefined) throw new Error(USAGE);
  const number = (name: string, fallback: number): number => {
    const value = Number(text(name) ?? fallback);
    if (!Number.isFinite(value) || value < 0) {
      throw new Error(`--${name}: "${text(name)}": must be a number of at least 0`);
    }
    return value;
  };
  const options: SimulatorOptions = {
    dataFolder,
    awsEndpointUrl,
    port: number("port", 0),
    transitionMillis: number("transition-seconds", 2) * 1000,
    trainingMillis: number("training-seconds", 2) * 1000,
    transformMillis: number("transform-seconds", 2) * 1000,
    bakeMillis: text("bake-seconds") === undefined ? null : number("bake-seconds", 0) * 1000,
    eventSource: text("event-source") ?? "plumbline.sagemaker",
    seed: number("seed", 1),
    region: text("region") ?? "us-east-1",
    accountId: text("account-id") ?? "000000000000",
  };
  return options;
}

async function main(): Promise<void> {
  const string = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      port: string,
      region: string,
      seed: string,
      "data-dir": string,
      "aws-endpoint-url": string,
      "account-id": string,
      "transition-seconds": string,
      "training-seconds": string,
      "transform-seconds": string,
      "bake-seconds": string,
      "event-source": string,
      "stop-with-stdin": { type: "boolean" },
    },
  });
  const options = optionsOf(values);
  const stopAsked = Promise.withResolvers<void>();
  const simulator = await startSimulator({ ...options, onStopAsked: stopAsked.resolve });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.once(signal, () => stopAsked.resolve());
  }
  if (values["stop-with-stdin"]) process.stdin.resume().once("end", () => stopAsked.resolve());
  console.log(`SageMaker simulator listens on ${simulator.url}`);
  await stopAsked.promise;
  await simulator.stop();
  process.exit(0);
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
