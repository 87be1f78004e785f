import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isSecretOf, presentedKey, secretSha256 } from "../../shared/contracts/label-key.ts";
import {
  ARRIVED_MILLIS,
  LABELS_ROUTE,
  labelsBody,
  makeKey,
  monitor,
  type Request,
  send,
  UPLOADS_ROUTE,
} from "./label-requests.ts";
import { MemoryAccount } from "./memory-account.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

const ENDPOINTS = ["churn", "churn-eu", "price"];
const ROUTES = [LABELS_ROUTE, UPLOADS_ROUTE];
const IAM_ROUTES = ROUTES.map((route) => route.replace("POST ", "POST /iam"));

let account: MemoryAccount;
beforeEach(() => {
  account = new MemoryAccount();
  for (const endpoint of ENDPOINTS) monitor(account, endpoint, "regression");
});
afterEach(() => account.close());

const bodyOf = (route: string) =>
  route.endsWith("uploads") ? '{"format":"csv"}' : labelsBody([{ inferenceId: "a", label: 1 }]);
const post = (request: Request) =>
  send({ body: bodyOf(request.route ?? LABELS_ROUTE), ...request });

describe("a key of one endpoint", () => {
  it.each(ENDPOINTS)("of %s opens its own two routes and no other", async (own) => {
    const key = makeKey(account, "0123456789abcdef", { endpoints: [own] });
    const others = [...ENDPOINTS, "nobody", "", "*", `${own}/../price`, own.toUpperCase()];
    for (const endpoint of new Set(others)) {
      for (const route of [...ROUTES, ...IAM_ROUTES]) {
        const { status } = await post({ key, endpoint, route });
        const isOwn = endpoint === own && ROUTES.includes(route);
        const expected = route.endsWith("uploads") ? 201 : 202;
        const refused = ROUTES.includes(route) ? 403 : 401;
        expect({ endpoint, route, status }).toEqual({
          endpoint,
          route,
          status: isOwn ? expected : refused,
        });
      }
    }
    const touched = [...account.objects.keys()].filter((name) => name.startsWith("ground-truth/"));
    expect(touched).toEqual([expect.stringMatching(`^ground-truth/${own}/`)]);
  });
});

describe("a request is refused", () => {
  const keyId = "0123456789abcdef";

  it.each([
    ["no header", ""],
    ["another scheme", "Basic cGx1bWI6bGluZQ=="],
    ["a key cut short", `Bearer plk_${keyId}_abc`],
    ["an unknown key", `Bearer plk_0000000000000000_${"A".repeat(43)}`],
    ["another secret", `Bearer plk_${keyId}_${"A".repeat(43)}`],
  ])("with %s: 401, and the answer says how to do it", async (_, authorization) => {
    makeKey(account, keyId, { endpoints: ["churn"] });
    const { status, headers } = await post({ headers: { authorization } });
    expect(status).toBe(401);
    expect(headers).toMatchObject({ "www-authenticate": 'Bearer realm="plumbline"' });
  });

  it("with a key that was revoked, or from the moment on that its time is over", async () => {
    const revoked = makeKey(account, keyId, {
      endpoints: ["churn"],
      revokedAt: "2026-01-02T00:00:00Z",
    });
    expect((await post({ key: revoked })).status).toBe(401);
    const validUntil = new Date(ARRIVED_MILLIS).toISOString();
    const expiring = makeKey(account, "fedcba9876543210", { endpoints: ["churn"], validUntil });
    expect((await post({ key: expiring })).status).toBe(401);
    expect((await post({ key: expiring, atMillis: ARRIVED_MILLIS - 1 })).status).toBe(202);
  });

  it("of an endpoint that is no longer monitored: 404", async () => {
    const key = makeKey(account, keyId, { endpoints: ["gone"] });
    for (const route of ROUTES) {
      expect(await post({ key, endpoint: "gone", route })).toMatchObject({
        status: 404,
        content: { detail: 'endpoint "gone": must be monitored' },
      });
    }
  });

  it("over its key's own limit: 429 until the minute is over, and no other key's", async () => {
    const key = makeKey(account, keyId, { endpoints: ["churn"], requestsPerMinute: 3 });
    const other = makeKey(account, "fedcba9876543210", { endpoints: ["churn"] });
    const statuses = [];
    for (let count = 0; count < 5; count++) statuses.push((await post({ key })).status);
    expect(statuses).toEqual([202, 202, 202, 429, 429]);
    expect((await post({ key })).headers).toMatchObject({ "retry-after": "58" });
    expect((await post({ key: other })).status).toBe(202);
    expect((await post({ key, atMillis: ARRIVED_MILLIS + 58_000 })).status).toBe(202);
  });

  it("when too large: 413, and of another type or coding: 415", async () => {
    const key = makeKey(account, keyId, { endpoints: ["churn"] });
    const many = Array.from({ length: 1001 }, (_, n) => ({ inferenceId: `${n}`, label: 1 }));
    expect((await post({ key, body: labelsBody(many) })).status).toBe(413);
    expect((await post({ key, body: labelsBody(many.slice(1)) })).status).toBe(202);
    expect((await post({ key, body: " ".repeat(2 ** 20 + 1) })).status).toBe(413);
    for (const type of [
      "text/plain",
      "application/jsonx",
      "application/json; charset=latin1",
      "",
    ]) {
      expect((await post({ key, headers: { "content-type": type } })).status).toBe(415);
    }
    expect((await post({ key, headers: { "content-encoding": "gzip" } })).status).toBe(415);
  });

  it.each(["", "[]", "null", "{", '{"labels":{}}', '{"labels":[]}', '{"labels":[1],"endpoint":1}'])(
    "when its body is %j: 400",
    async (body) => {
      const key = makeKey(account, keyId, { endpoints: ["churn"] });
      const { status, headers } = await post({ key, body });
      const answered = { status, type: headers["content-type"] };
      // A list of things that are no labels is a request; each of them is rejected.
      expect(answered).toEqual({ status: 400, type: "application/problem+json" });
    },
  );
});

describe("IAM's own routes", () => {
  it("take whom IAM let through, for whatever endpoint, within the stage's limit", async () => {
    const iamArn = "arn:aws:sts::123456789012:assumed-role/label-jobs/nightly";
    for (const endpoint of ENDPOINTS) {
      const [route] = IAM_ROUTES;
      expect((await post({ iamArn, endpoint, route: route! })).status).toBe(202);
    }
    const counted = [...account.items.keys()].filter((item) => item.startsWith("label-rate#"));
    expect(counted).toEqual([expect.stringContaining(iamArn)]);
  });

  it("take nobody else, though they have a key", async () => {
    const key = makeKey(account, "0123456789abcdef", { endpoints: ["churn"] });
    for (const route of IAM_ROUTES) expect((await post({ key, route })).status).toBe(401);
  });

  it("are the only ones where IAM's word counts", async () => {
    const iamArn = "arn:aws:iam::123456789012:user/someone";
    for (const route of ROUTES) expect((await post({ iamArn, route })).status).toBe(401);
  });
});

describe("a key", () => {
  const keyId = "0123456789abcdef";
  const secret = "s".repeat(43);

  it("is told by its form", () => {
    expect(presentedKey(`Bearer plk_${keyId}_${secret}`)).toEqual({ keyId, secret });
    expect(presentedKey(`bearer  plk_${keyId}_${secret} `)).toEqual({ keyId, secret });
    for (const text of [
      undefined,
      "",
      `plk_${keyId}_${secret}`,
      `Bearer plk_${keyId}_${secret}s`,
    ]) {
      expect(presentedKey(text)).toBeNull();
    }
  });

  it("is compared by its hash, and an absent one equals nothing", () => {
    // printf 's%.0s' $(seq 43) | sha256sum
    const stored = "d64b93c9f1b60eb338e5cb415d6a36bd920edd0e9b36f7ea5c730d0e10ff147f";
    expect(secretSha256(secret)).toBe(stored);
    expect(isSecretOf(secret, { secretSha256: stored })).toBe(true);
    expect(isSecretOf(`${secret.slice(1)}t`, { secretSha256: stored })).toBe(false);
    expect(isSecretOf(secret, null)).toBe(false);
  });
});
