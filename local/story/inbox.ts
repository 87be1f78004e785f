import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Account } from "../account.ts";

/** A queue that a definition notifies, in place of a mailbox that nobody here could open. */
export interface Inbox {
  readonly arn: string;
  /** The next message, or undefined when there is none yet. */
  readonly read: () => Promise<string | undefined>;
}

export async function openInbox(sqs: SQSClient, account: Account, name: string): Promise<Inbox> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  return {
    arn: `arn:aws:sqs:${account.region}:${account.accountId}:${name}`,
    read: async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      const message = Messages?.[0];
      if (message === undefined) return undefined;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      return message.Body;
    },
  };
}
