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

/** A subscription that SNS has; of one that waits for its confirmation neither can be read. */
export interface KnownSubscription {
  readonly protocol: string;
  readonly address: string;
  readonly confirmed: { readonly arn: string; readonly endpoints: readonly string[] } | null;
}

/** What to do so that the topic has the wanted subscriptions and no other of ours. */
export interface SubscriptionChanges {
  readonly added: readonly Subscription[];
  /** Wanted and not confirmed yet: subscribing again sends another request to confirm. */
  readonly pending: readonly Subscription[];
  readonly changed: readonly { readonly arn: string; readonly endpoints: readonly string[] }[];
  /** ARNs. */
  readonly removed: readonly string[];
}

export function subscriptionChanges(
  known: readonly KnownSubscription[],
  wanted: readonly Subscription[],
): SubscriptionChanges {
  const nameOf = ({ protocol, address }: Omit<Subscription, "endpoints">) =>
    `${protocol} ${address}`;
  const knownNames = new Map(known.map((subscription) => [nameOf(subscription), subscription]));
  const wantedNames = new Map(wanted.map((subscription) => [nameOf(subscription), subscription]));
  const confirmed = known.flatMap((subscription) =>
    subscription.confirmed === null
      ? []
      : [{ ...subscription.confirmed, wanted: wantedNames.get(nameOf(subscription))?.endpoints }],
  );
  return {
    added: wanted.filter((subscription) => !knownNames.has(nameOf(subscription))),
    pending: wanted.filter(
      (subscription) => knownNames.get(nameOf(subscription))?.confirmed === null,
    ),
    changed: confirmed.flatMap(({ arn, endpoints, wanted: asked }) =>
      asked === undefined || String(asked) === String(endpoints) ? [] : [{ arn, endpoints: asked }],
    ),
    removed: confirmed.flatMap(({ arn, wanted: asked }) => (asked === undefined ? [arn] : [])),
  };
}

function targetOf(uri: string): { protocol: string; address: string } {
  if (uri.startsWith("mailto:")) return { protocol: "email", address: uri.slice(7) };
  if (/^(?:tel|sms):/.test(uri)) return { protocol: "sms", address: uri.slice(4) };
  if (uri.startsWith("https:")) return { protocol: "https", address: uri };
  return { protocol: "sqs", address: uri };
}
