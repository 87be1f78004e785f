import { STACK } from "./message.ts";

/** One address of the topic `messages`, and the endpoints whose messages it gets. */
export interface Subscription {
  /** As SNS calls it: `email`, `https`, `sms` or `sqs`. */
  readonly protocol: string;
  readonly address: string;
  readonly endpoints: readonly string[];
}

/** An endpoint and the addresses that its definition lists. */
export interface Notified {
  readonly endpoint: string;
  readonly notify: readonly string[];
}

/**
 * The subscriptions that all definitions together ask for: SNS has one for each address, whose filter
 * names every endpoint that lists it, and the messages of the stack as a whole.
 */
export function subscriptionsOf(definitions: readonly Notified[]): Subscription[] {
  const endpointsOf = new Map<string, string[]>();
  for (const { endpoint, notify } of definitions) {
    for (const uri of notify) endpointsOf.set(uri, [...(endpointsOf.get(uri) ?? []), endpoint]);
  }
  return [...endpointsOf].map(([uri, endpoints]) => ({
    ...targetOf(uri),
    endpoints: [...endpoints.sort(), STACK],
  }));
}

/** What to do so that the topic has the wanted subscriptions and no other of ours. */
export interface SubscriptionChanges<Known extends Subscription> {
  readonly added: readonly Subscription[];
  readonly changed: readonly { readonly known: Known; readonly endpoints: readonly string[] }[];
  readonly removed: readonly Known[];
}

export function subscriptionChanges<Known extends Subscription>(
  known: readonly Known[],
  wanted: readonly Subscription[],
): SubscriptionChanges<Known> {
  const find = <T extends Subscription>(list: readonly T[], { protocol, address }: Subscription) =>
    list.find((other) => other.protocol === protocol && other.address === address);
  return {
    added: wanted.filter((subscription) => find(known, subscription) === undefined),
    changed: known.flatMap((subscription) => {
      const endpoints = find(wanted, subscription)?.endpoints;
      const isSame = String(endpoints) === String(subscription.endpoints);
      return endpoints === undefined || isSame ? [] : [{ known: subscription, endpoints }];
    }),
    removed: known.filter((subscription) => find(wanted, subscription) === undefined),
  };
}

function targetOf(uri: string): { protocol: string; address: string } {
  if (uri.startsWith("mailto:")) return { protocol: "email", address: uri.slice(7) };
  if (/^(?:tel|sms):/.test(uri)) return { protocol: "sms", address: uri.slice(4) };
  if (uri.startsWith("https:")) return { protocol: "https", address: uri };
  return { protocol: "sqs", address: uri };
}
