import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SimulatedAccount } from "./simulated-account.ts";

export interface ReceivedEvent {
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

const QUIET_SECONDS = 1;

/** All events that the simulator puts on the account's default bus from now on. */
export async function listenToEvents({ awsEndpointUrl, admin }: SimulatedAccount) {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const base = { region: "us-east-1", credentials, endpoint: awsEndpointUrl };
  const [sqs, eventBridge] = [new SQSClient(base), new EventBridgeClient(base)];
  const Name = "simulator-events";
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: Name }));
  const EventPattern = JSON.stringify({ source: ["plumbline.sagemaker"] });
  await eventBridge.send(new PutRuleCommand({ Name, EventPattern }));
  const Arn = `arn:aws:sqs:us-east-1:000000000000:${Name}`;
  const Targets = [{ Id: "queue", Arn }];
  await eventBridge.send(new PutTargetsCommand({ Rule: Name, Targets }));

  /** Those that came since the last call, in their order. */
  return async (): Promise<readonly ReceivedEvent[]> => {
    await admin("flush");
    const events: ReceivedEvent[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: QUIET_SECONDS,
        }),
      );
      if (Messages.length === 0) return events;
      for (const { Body, ReceiptHandle } of Messages) {
        events.push(JSON.parse(Body!));
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  };
}
