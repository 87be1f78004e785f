import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  answer,
  eventOf,
  LABELS_ROUTE,
  makeKey,
  monitor,
  UPLOADS_ROUTE,
} from "./label-requests.ts";
import { MemoryAccount } from "./memory-account.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

const REQUESTS = 10_000;
const STATUSES = new Set([201, 202, 400, 401, 403, 404, 409, 413, 415, 429]);
const STACK = /\bat .+:\d+:\d+|node_modules|\.[jt]s\b|\b[A-Z]\w*Error\b|undefined/;

let account: MemoryAccount;
const keys = new Map<string, string>();
beforeAll(() => {
  account = new MemoryAccount();
  for (const [index, endpoint] of ["churn", "price", "churn-eu"].entries()) {
    monitor(account, endpoint, index === 1 ? "regression" : "binary-classification");
    keys.set(endpoint, makeKey(account, String(index).repeat(16), { endpoints: [endpoint] }));
  }
  keys.set("gone", makeKey(account, "e".repeat(16), { endpoints: ["gone"] }));
  const once = { endpoints: ["churn"], requestsPerMinute: 2 };
  keys.set("limited", makeKey(account, "f".repeat(16), once));
});
afterAll(() => account.close());

const text = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constant("\ud800"));
const json = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.double());
const id = fc.oneof(fc.constantFrom("a", "b", "order-1"), fc.uuid(), text, json);
const time = fc.oneof(
  fc.constantFrom("2026-01-15T10:00:00Z", "2026-02-30T00:00:00Z", "+275760-09-13T00:00:00Z"),
  json,
);
const value = fc.oneof(fc.constantFrom(0, 1, "yes", -0, 1e21), text, json, fc.array(json));
const label = fc.oneof(
  { weight: 3, arbitrary: fc.record({ inferenceId: id, label: value }) },
  fc.record({ eventId: id, label: value, labelTime: time }, { requiredKeys: [] }),
  fc.record({ ["__proto__"]: json, inferenceId: id, constructor: json }, { requiredKeys: [] }),
  json,
);
const truth = fc.record(
  {
    groundTruthData: fc.oneof(
      fc.record({ data: fc.oneof(value, text), encoding: fc.constantFrom("CSV", "JSON", "X") }),
      json,
    ),
    eventMetadata: fc.oneof(fc.record({ eventId: id, labelTime: time }), json),
    eventVersion: json,
  },
  { requiredKeys: [] },
);
const lines = fc
  .array(fc.oneof(truth.map(written), label.map(written), text), { maxLength: 20 })
  .map((all) => all.join("\n"));
const labels = fc.array(label, { maxLength: 20 }).map((list) => written({ labels: list }));
const HUGE = [
  "[".repeat(200_000),
  '{"labels":'.repeat(50_000),
  `{"labels":[${'{"inferenceId":"a","label":1},'.repeat(1000)}{}]}`,
  `{"labels":[{"inferenceId":"a","label":${"[".repeat(20_000)}${"]".repeat(20_000)}}]}`,
  `{"labels":[{"inferenceId":"${"x".repeat(70_000)}","label":1}]}`,
  "x".repeat(2 ** 20 + 1),
];
const body = fc.oneof(
  { weight: 6, arbitrary: labels },
  { weight: 4, arbitrary: lines },
  { weight: 1, arbitrary: json.map(written) },
  { weight: 1, arbitrary: text },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      '{"format":"csv"}',
      '{"format":"exe"}',
      '{"labels":[{"inferenceId":"a","label":1e400}]}',
    ),
  },
);

const mediaType = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("application/json", "application/x-ndjson") },
  fc.constantFrom("application/json; charset=utf-8", "APPLICATION/JSON", "text/csv", ""),
  text,
);
const authorization = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("own", "own", "own", "churn", "price", "limited") },
  fc.oneof(text, fc.constantFrom("Bearer ", `Bearer plk_${"9".repeat(16)}_${"9".repeat(43)}`)),
);
const routes = [LABELS_ROUTE, UPLOADS_ROUTE].flatMap((route) => [
  route,
  route.replace("POST ", "POST /iam"),
]);
const request = fc.record({
  endpoint: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("churn", "price", "churn-eu", "gone") },
    fc.oneof(text, fc.constantFrom("../price", "churn/../price", "*", "churn#price", "__proto__")),
  ),
  route: fc.constantFrom(...routes),
  authorization,
  iamArn: fc.option(fc.constantFrom("arn:aws:iam::123456789012:user/a", "")),
  mediaType,
  /** Whether an upload is asked for as it should be. */
  isUpload: fc.boolean(),
  name: fc.option(fc.oneof({ weight: 5, arbitrary: fc.constant("n") }, text), { freq: 2 }),
  body,
  isBase64: fc.boolean(),
  minute: fc.nat({ max: 3 }),
});
type Fuzzed = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

/** Parts of an event that are gone, or something else. */
const damage = fc.oneof(
  { weight: 19, arbitrary: fc.constant(null) },
  fc.record({
    path: fc.constantFrom("headers", "body", "pathParameters", "requestContext", "routeKey"),
    by: json,
  }),
);

function written(any: unknown): string {
  return JSON.stringify(any) ?? "";
}

/** Which key a request has; most have that of their endpoint. */
function holderOf({ authorization: name, endpoint }: Fuzzed): string {
  return name === "own" ? endpoint : name;
}

const UPLOAD = { mediaType: "application/json", body: '{"format":"csv"}' };

function fuzzedEvent(fuzzed: Fuzzed) {
  const key = keys.get(holderOf(fuzzed));
  const { mediaType: type, body: content } =
    fuzzed.isUpload && fuzzed.route.endsWith("uploads") ? UPLOAD : fuzzed;
  const event = eventOf({
    endpoint: fuzzed.endpoint,
    route: fuzzed.route,
    ...(fuzzed.iamArn === null ? {} : { iamArn: fuzzed.iamArn }),
    headers: {
      "content-type": type,
      authorization: key === undefined ? fuzzed.authorization : `Bearer ${key}`,
      ...(fuzzed.name === null ? {} : { "Idempotency-Key": fuzzed.name }),
    },
    body: fuzzed.isBase64 ? Buffer.from(content).toString("base64") : content,
    atMillis: Date.UTC(2026, 0, 15) + fuzzed.minute * 60_000,
  });
  return { ...event, isBase64Encoded: fuzzed.isBase64 };
}

/** Whose data a request may touch: of nobody, or of the endpoint that its key is for. */
function mayTouch(fuzzed: Fuzzed): boolean {
  if (fuzzed.route.includes("/iam/")) return fuzzed.iamArn !== null && fuzzed.iamArn !== "";
  const holder = holderOf(fuzzed);
  return fuzzed.endpoint === (holder === "limited" ? "churn" : holder);
}

const snapshot = () =>
  new Map<string, unknown>([
    ...[...account.objects].filter(([name]) => !name.startsWith("monitors/")),
    ...[...account.items].map(([name, item]) => [name, JSON.stringify(item)] as const),
  ]);

function endpointsChanged(before: ReadonlyMap<string, unknown>): Set<string> {
  const changed = [...snapshot()].filter(([name, now]) => before.get(name) !== now);
  const owners = changed.map(([name]) => {
    // A counted request is its caller's own.
    if (name.startsWith("label-rate#")) return undefined;
    const found = /^(?:ground-truth\/|endpoint#|label#|label-delivery#)([^/# ]+)[/# ]/.exec(name);
    return found === null ? `unknown: ${name}` : found[1]!;
  });
  return new Set(owners.filter((owner) => owner !== undefined));
}

describe("ten thousand requests of all kinds", () => {
  it("are answered without a 5xx, a stack trace or a label of another endpoint", async () => {
    const seen = new Map<number, number>();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(request, damage, async (fuzzed, damaged) => {
        // The stores are emptied now and then, so that to look at them stays quick.
        if (count++ % 100 === 0) {
          account.forgetCalls();
          for (const name of account.items.keys()) {
            if (!name.startsWith("label-keys ")) account.items.delete(name);
          }
          for (const name of account.objects.keys()) {
            if (!name.startsWith("monitors/")) account.objects.delete(name);
          }
        }
        const event = fuzzedEvent(fuzzed);
        if (damaged !== null) Object.assign(event, { [damaged.path]: damaged.by });
        const before = snapshot();
        const { status, headers, content, text: raw } = await answer(event);
        seen.set(status, (seen.get(status) ?? 0) + 1);
        expect(STATUSES).toContain(status);
        if (status >= 400) {
          expect(headers["content-type"]).toBe("application/problem+json");
          expect(content).toMatchObject({ status, title: expect.any(String) });
          expect(content.detail.replaceAll(/"[^"]*"/g, "")).not.toMatch(STACK);
        } else {
          expect(raw).not.toMatch(/\bat .+:\d+:\d+/);
        }
        const allowed = damaged === null && mayTouch(fuzzed) ? [fuzzed.endpoint] : [];
        for (const endpoint of endpointsChanged(before)) {
          // A damaged event may still be a good one, for the same endpoint.
          if (damaged === null) expect(allowed).toContain(endpoint);
          else expect([fuzzed.endpoint]).toContain(endpoint);
        }
      }),
      { numRuns: REQUESTS },
    );
    // Else the requests were not of all kinds.
    for (const status of [201, 202, 400, 401, 403, 404, 409, 415]) {
      expect(seen.get(status) ?? 0, `answers with ${status}`).toBeGreaterThan(20);
    }
  }, 120_000);

  it.each(HUGE)("and enormous ones as well", async (enormous) => {
    for (const type of ["application/json", "application/x-ndjson"]) {
      const key = keys.get("churn")!;
      const headers = { "content-type": type };
      const { status } = await answer(eventOf({ key, headers, body: enormous }));
      expect([202, 400, 413]).toContain(status);
    }
  });
});
