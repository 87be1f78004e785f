import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";

/** Longer ones are cut by the registry. */
const COMMENT_LENGTH_MAX = 900;

/** Far more than a form of ours has. */
const BODY_LENGTH_MAX = 16_384;

/**
 * What a form carries so that only a page of ours can send it: made of the link's signature, and of a nonce
 * that the browser alone has, in a cookie which no other site's request takes along.
 */
export function formToken(signature: string, nonce: string): string {
  return createHmac("sha256", signature).update(nonce).digest("base64url");
}

/** Whether a form's token belongs to the link and to the cookie that came with it. */
export function isFormOurs(signature: string, nonce: string | undefined, token: string): boolean {
  if (nonce === undefined || nonce === "") return false;
  const expected = Buffer.from(formToken(signature, nonce));
  const given = Buffer.from(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

const token = z.string().check(z.minLength(1));

/** What the page of an approval sends. */
const approvalForm = z.strictObject({
  token,
  decision: z.enum(["approve", "reject"]),
  /** Typed by hand: whoever decides has seen which version it is. */
  version: z.string(),
  /** Hash of what the page showed. */
  evidence: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  comment: z.optional(z.string().check(z.maxLength(COMMENT_LENGTH_MAX))),
});
export type ApprovalForm = z.infer<typeof approvalForm>;

/** What the page of a review sends. */
const reviewForm = z.strictObject({ token, decision: z.enum(["start", "dismiss"]) });
export type ReviewForm = z.infer<typeof reviewForm>;

/** null for what no form of ours sends. */
export const readApprovalForm = (body: string): ApprovalForm | null => read(approvalForm, body);
export const readReviewForm = (body: string): ReviewForm | null => read(reviewForm, body);

function read<Form>(schema: z.ZodMiniType<Form>, body: string): Form | null {
  if (body.length > BODY_LENGTH_MAX) return null;
  const fields = [...new URLSearchParams(body)];
  const isOnce = new Set(fields.map(([name]) => name)).size === fields.length;
  const parsed = schema.safeParse(Object.fromEntries(fields));
  return isOnce && parsed.success ? parsed.data : null;
}

/** `…/model-package/churn/12` → `12`. */
export function versionOf(modelPackageArn: string): string {
  return modelPackageArn.slice(modelPackageArn.lastIndexOf("/") + 1);
}
