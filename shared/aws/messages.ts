import {
  GetSubscriptionAttributesCommand,
  PublishCommand,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import type { TeamMessage } from "../alarm/message.ts";
import type { KnownSubscription, Subscription } from "../alarm/subscriptions.ts";
import { stageText } from "./stage.ts";

let client: SNSClient | undefined;

function sns(): SNSClient {
  client ??= new SNSClient({});
  return client;
}

/** Tells the addresses of the message's endpoint; subscriptions are filtered by that attribute. */
export async function publishMessage({ endpoint, subject, text }: TeamMessage): Promise<void> {
  await sns().send(
    new PublishCommand({
      TopicArn: stageText("messagesTopicArn"),
      Subject: subject,
      Message: text,
      MessageAttributes: { endpoint: { DataType: "String", StringValue: endpoint } },
    }),
  );
}

/** The subscriptions of the topic; those that are not filtered by endpoint are someone else's. */
export async function listSubscriptions(): Promise<KnownSubscription[]> {
  const known: KnownSubscription[] = [];
  const TopicArn = stageText("messagesTopicArn");
  for await (const page of paginateListSubscriptionsByTopic({ client: sns() }, { TopicArn })) {
    for (const { SubscriptionArn, Protocol, Endpoint } of page.Subscriptions ?? []) {
      const target = { protocol: Protocol!, address: Endpoint! };
      // In place of an ARN stands that the address was not confirmed yet.
      if (!SubscriptionArn?.startsWith("arn:")) {
        known.push({ ...target, confirmed: null });
        continue;
      }
      const endpoints = await readFilter(SubscriptionArn);
      if (endpoints !== null)
        known.push({ ...target, confirmed: { arn: SubscriptionArn, endpoints } });
    }
  }
  return known;
}

async function readFilter(SubscriptionArn: string): Promise<string[] | null> {
  const { Attributes } = await sns().send(
    new GetSubscriptionAttributesCommand({ SubscriptionArn }),
  );
  const filter: unknown = JSON.parse(Attributes?.FilterPolicy || "null");
  const endpoints = (filter as { endpoint?: unknown } | null)?.endpoint;
  return Array.isArray(endpoints) ? endpoints.map(String) : null;
}

export async function subscribe({ protocol, address, endpoints }: Subscription): Promise<void> {
  await sns().send(
    new SubscribeCommand({
      TopicArn: stageText("messagesTopicArn"),
      Protocol: protocol,
      Endpoint: address,
      Attributes: {
        FilterPolicy: filterPolicy(endpoints),
        // A queue is read by a program: it gets the text without SNS's own envelope.
        ...(protocol === "sqs" ? { RawMessageDelivery: "true" } : {}),
      },
    }),
  );
}

export async function changeSubscription(arn: string, endpoints: readonly string[]): Promise<void> {
  await sns().send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn: arn,
      AttributeName: "FilterPolicy",
      AttributeValue: filterPolicy(endpoints),
    }),
  );
}

export async function unsubscribe(arn: string): Promise<void> {
  await sns().send(new UnsubscribeCommand({ SubscriptionArn: arn }));
}

function filterPolicy(endpoints: readonly string[]): string {
  return JSON.stringify({ endpoint: endpoints });
}
