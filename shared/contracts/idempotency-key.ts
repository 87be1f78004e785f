import { HttpProblem } from "./http-problem.ts";

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * The name that its sender gave a request; null when it has none.
 *
 * @throws HttpProblem 400
 */
export function idempotencyKey(headers: ReadonlyMap<string, string>): string | null {
  const key = headers.get("idempotency-key");
  if (key === undefined) return null;
  if (KEY.test(key)) return key;
  throw new HttpProblem(
    400,
    "invalid-idempotency-key",
    "Idempotency-Key: must be 1 to 255 visible ASCII characters without spaces",
  );
}
