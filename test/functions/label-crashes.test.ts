import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answer, eventOf, labelsBody, makeKey, monitor, type Request } from "./label-requests.ts";
import { MemoryAccount } from "./memory-account.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

let account: MemoryAccount;
let key: string;
beforeEach(() => {
  account = new MemoryAccount();
});
afterEach(() => account.close());

const label = fc.record({
  inferenceId: fc.integer({ min: 0, max: 60 }).map((id) => `order-${id}`),
  label: fc.integer({ min: 0, max: 1 }),
});
const delivery = fc.record({
  labels: fc.array(label, { minLength: 1, maxLength: 60 }),
  name: fc.option(fc.integer({ min: 0, max: 1_000_000 }).map((name) => `name-${name}`)),
  /** After which writes its attempts die, half a write being one that was made but not answered. */
  crashes: fc.array(
    fc.integer({ min: 0, max: 16 }).map((half) => half / 2),
    { maxLength: 3 },
  ),
  hoursBetween: fc.integer({ min: 0, max: 2 }),
});
type Delivery = typeof delivery extends fc.Arbitrary<infer Value> ? Value : never;

const linesOf = () => account.linesUnder("ground-truth/churn/");
const contentOf = (line: string): string => {
  const { groundTruthData, eventMetadata } = JSON.parse(line);
  return `${eventMetadata.eventId} ${groundTruthData.data}`;
};
const contentsOf = ({ labels }: Delivery) =>
  labels.map((each) => `${each.inferenceId} ${each.label}`);

/** Sends a delivery until it is answered, the way a client would. */
async function sendUntilAnswered(sent: Delivery, index: number): Promise<number> {
  const headers = sent.name === null ? {} : { "idempotency-key": `${sent.name}-${index}` };
  const request: Request = { key, headers, body: labelsBody(sent.labels) };
  let atMillis = Date.UTC(2026, 0, 15, 10) + index * 60_000;
  for (const writes of [...sent.crashes, Number.POSITIVE_INFINITY]) {
    account.crashAfter(writes);
    const { status, content } = await answer(eventOf({ ...request, atMillis }));
    if (status === 202) return content.accepted + content.duplicate;
    expect(status).toBe(503);
    atMillis += sent.hoursBetween * 3_600_000;
  }
  throw new Error("the last attempt must be answered");
}

describe("whatever dies between any two writes", () => {
  it("what was answered with 202 is stored once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 6 }), async (deliveries) => {
        account.items.clear();
        account.objects.clear();
        monitor(account, "churn", "binary-classification");
        key = makeKey(account, "0123456789abcdef", { endpoints: ["churn"] });
        const expected = new Set<string>();
        for (const [index, sent] of deliveries.entries()) {
          expect(await sendUntilAnswered(sent, index)).toBe(sent.labels.length);
          for (const content of contentsOf(sent)) expected.add(content);
          const stored = linesOf().map(contentOf).sort();
          expect(stored).toEqual([...expected].sort());
        }
        account.forgetCalls();
      }),
      { numRuns: 300 },
    );
  });

  it("deliveries at the same moment lose nothing, and say the same again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { minLength: 2, maxLength: 6 }), async (deliveries) => {
        account.items.clear();
        account.objects.clear();
        account.crashAfter(Number.POSITIVE_INFINITY);
        monitor(account, "churn", "binary-classification");
        key = makeKey(account, "0123456789abcdef", { endpoints: ["churn"] });
        const send = () =>
          Promise.all(
            deliveries.map(async ({ labels }, index) => {
              const headers = { "idempotency-key": `delivery-${index}` };
              return await answer(eventOf({ key, headers, body: labelsBody(labels) }));
            }),
          );
        const first = await send();
        for (const { status } of first) expect(status).toBe(202);
        expect(await send()).toEqual(first);
        const expected = new Set(deliveries.flatMap(contentsOf));
        // Twice stored is the worst that two at once can do; a join takes both for one.
        expect(new Set(linesOf().map(contentOf))).toEqual(expected);
        account.forgetCalls();
      }),
      { numRuns: 100 },
    );
  });
});
