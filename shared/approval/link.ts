import type { QuestionKind } from "../contracts/self-healing/approval.ts";

/** What a link stands for: one question, to be decided until an instant. */
export interface LinkClaim {
  readonly kind: QuestionKind;
  /** 32 hex digits. */
  readonly id: string;
  readonly expiresAtMillis: number;
}

/** The text that is signed: whoever changes the kind, the id or the expiry has no valid signature. */
export function signedText({ kind, id, expiresAtMillis }: LinkClaim): string {
  return `plumbline|v1|${kind}|${id}|${expiresAtMillis}`;
}

const PATHS = { approval: "approvals", review: "reviews" } as const satisfies Record<
  QuestionKind,
  string
>;

/** @param signature base64url, of {@link signedText} */
export function linkOf(apiUrl: string, claim: LinkClaim, signature: string): string {
  const { kind, id, expiresAtMillis } = claim;
  return `${apiUrl}/${PATHS[kind]}/${id}?expires=${expiresAtMillis}&signature=${signature}`;
}

/** What a request brings back of the link; nothing of it is true until the signature is verified. */
export interface LinkParts {
  readonly id: string;
  readonly expires: string | undefined;
  readonly signature: string | undefined;
}

/** @returns null when it cannot have been one of our links */
export function readLink(
  kind: QuestionKind,
  { id, expires, signature }: LinkParts,
): { readonly claim: LinkClaim; readonly signature: string } | null {
  if (!/^[0-9a-f]{32}$/.test(id) || !/^\d{13}$/.test(expires ?? "")) return null;
  if (!/^[\w-]{43}$/.test(signature ?? "")) return null;
  return { claim: { kind, id, expiresAtMillis: Number(expires) }, signature: signature! };
}
