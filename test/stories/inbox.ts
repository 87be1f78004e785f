import { ListTopicsCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

/** What people get of a topic. */
export interface Inbox {
  /** The text of a message by its subject; null until it is there. */
  readonly find: (subject: string) => Promise<string | null>;
}

export async function openInbox(topic: string): Promise<Inbox> {
  const [sns, sqs] = [new SNSClient({}), new SQSClient({})];
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  const { TopicArn } = Topics.find(({ TopicArn: arn }) => arn?.endsWith(`:${topic}`))!;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `inbox-${topic}` }));
  const Endpoint = `${TopicArn!.replace(":sns:", ":sqs:").replace(`:${topic}`, "")}:inbox-${topic}`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
  const texts = new Map<string, string>();
  return {
    find: async (subject) => {
      const command = { QueueUrl: QueueUrl!, MaxNumberOfMessages: 10 };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(command));
      for (const { Body } of Messages) {
        const { Subject, Message } = JSON.parse(Body!);
        texts.set(Subject, Message);
      }
      return texts.get(subject) ?? null;
    },
  };
}
