import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import * as z from "zod/mini";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { adoptStageVariables } from "./stage.ts";

/** What a function of a queue answers when no record is to be given again. */
const batchDone = z.looseObject({ batchItemFailures: z.array(z.unknown()).check(z.maxLength(0)) });

let client: LambdaClient | undefined;

function lambda(): LambdaClient {
  // A check may take as long as its function is given.
  client ??= new LambdaClient({ requestHandler: { requestTimeout: 900_000 } });
  return client;
}

/**
 * Learns the names of a stage's bucket, table and topics from the function that knows them all, so that
 * a stage with names of its own needs to be told of once only.
 *
 * @param name of another function, whose part is to be done here
 * @throws MonitoringError `stage-not-deployed`
 */
export async function adoptStage(stage: string, name = "register-monitor"): Promise<void> {
  const FunctionName = functionName(stage, name);
  try {
    const { Environment } = await lambda().send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    adoptStageVariables(Environment?.Variables ?? {});
  } catch (cause) {
    if (!(cause instanceof ResourceNotFoundException)) throw cause;
    throw new MonitoringError(
      "stage-not-deployed",
      `stage "${stage}": function ${FunctionName} is absent: the stage must be deployed`,
      { cause },
    );
  }
}

/** Hands one event to a function of a queue, as the queue would, and waits until it is done. */
export async function workOff(stage: string, name: string, event: object): Promise<void> {
  const record = {
    messageId: "on-demand",
    receiptHandle: "none",
    body: JSON.stringify(event),
    attributes: {},
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "",
    awsRegion: "",
  };
  const { FunctionError, Payload } = await lambda().send(
    new InvokeCommand({
      FunctionName: functionName(stage, name),
      Payload: JSON.stringify({ Records: [record] }),
    }),
  );
  const answer = new TextDecoder().decode(Payload);
  const isDone = FunctionError === undefined && batchDone.safeParse(JSON.parse(answer)).success;
  if (isDone) return;
  throw new MonitoringError(
    "function-failed",
    `${functionName(stage, name)}: ${answer}: its log says why`,
  );
}

/** Calls a function and waits for what it answers. */
export async function callFunction(stage: string, name: string, event: object): Promise<unknown> {
  const FunctionName = functionName(stage, name);
  const { FunctionError, Payload } = await lambda().send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  const answer = new TextDecoder().decode(Payload);
  if (FunctionError === undefined) return JSON.parse(answer);
  throw new MonitoringError("function-failed", `${FunctionName}: ${answer}: its log says why`);
}

function functionName(stage: string, name: string): string {
  return `plumbline-${stage}-${name}`;
}
