import { describe, expect, it } from "vitest";
import {
  type KnownSubscription,
  subscriptionChanges,
  subscriptionsOf,
} from "../../../shared/alarm/subscriptions.ts";

const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:team";

describe("subscriptionsOf", () => {
  it("has one for each address, filtered by the endpoints that list it", () => {
    expect(
      subscriptionsOf([
        { endpoint: "fraud", notify: ["mailto:a@example.com"] },
        { endpoint: "churn", notify: ["mailto:a@example.com", "tel:+49151", QUEUE] },
      ]),
    ).toEqual([
      { protocol: "email", address: "a@example.com", endpoints: ["churn", "fraud", "_stack"] },
      { protocol: "sms", address: "+49151", endpoints: ["churn", "_stack"] },
      { protocol: "sqs", address: QUEUE, endpoints: ["churn", "_stack"] },
    ]);
  });
});

describe("subscriptionChanges", () => {
  const confirmed = (address: string, endpoints: string[]): KnownSubscription => ({
    ...{ protocol: "email", address },
    confirmed: { arn: `arn-of-${address}`, endpoints },
  });
  const wanted = (address: string, ...endpoints: string[]) => ({
    ...{ protocol: "email", address, endpoints },
  });

  it("adds, changes and removes what differs, and nothing else", () => {
    const known = [
      confirmed("same", ["churn"]),
      confirmed("other-endpoints", ["churn"]),
      confirmed("unwanted", ["churn"]),
      { protocol: "email", address: "unconfirmed", confirmed: null },
      { protocol: "email", address: "unconfirmed-and-unwanted", confirmed: null },
    ];
    expect(
      subscriptionChanges(known, [
        wanted("same", "churn"),
        wanted("other-endpoints", "churn", "fraud"),
        wanted("new", "churn"),
        wanted("unconfirmed", "churn"),
      ]),
    ).toEqual({
      added: [wanted("new", "churn")],
      pending: [wanted("unconfirmed", "churn")],
      changed: [{ arn: "arn-of-other-endpoints", endpoints: ["churn", "fraud"] }],
      removed: ["arn-of-unwanted"],
    });
  });
});
