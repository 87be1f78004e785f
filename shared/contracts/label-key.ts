import { createHash, timingSafeEqual } from "node:crypto";

/** A key that may post labels of some endpoints, as its holder knows it. */
export interface PresentedKey {
  readonly keyId: string;
  readonly secret: string;
}

/** What is kept of a key: nothing of which the key could be made again. */
export interface LabelKey {
  readonly keyId: string;
  readonly secretSha256: string;
  readonly endpoints: readonly string[];
  /** What its maker calls it; empty when nothing was said. */
  readonly name: string;
  readonly createdAt: string;
  readonly validUntil: string | null;
  readonly revokedAt: string | null;
  /** null for the stage's own limit. */
  readonly requestsPerMinute: number | null;
}

/** Scanners of leaked secrets find keys by this beginning. */
const PRESENTED = /^bearer +plk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/i;

export function keyText({ keyId, secret }: PresentedKey): string {
  return `plk_${keyId}_${secret}`;
}

/** The key of an `Authorization` header; null when there is none of ours in it. */
export function presentedKey(authorization: string | undefined): PresentedKey | null {
  const [, keyId, secret] = PRESENTED.exec(authorization?.trim() ?? "") ?? [];
  return keyId === undefined ? null : { keyId: keyId.toLowerCase(), secret: secret! };
}

/**
 * What is stored of a secret. A slow hash with a salt protects passwords, which can be guessed; of 256
 * random bits none can be, so one SHA-256 is as strong, and costs no request anything.
 */
export function secretSha256(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

const NO_KEY = "0".repeat(64);

/** Whether the secret is that of the key, in a time that does not depend on where they differ. */
export function isSecretOf(secret: string, key: Pick<LabelKey, "secretSha256"> | null): boolean {
  const stored = Buffer.from(key?.secretSha256 ?? NO_KEY, "hex");
  const given = Buffer.from(secretSha256(secret), "hex");
  // A key that is not there takes as long as one that is.
  return timingSafeEqual(stored, given) && key !== null;
}

/** Whether a key may be used at an instant. */
export function isInForce({ revokedAt, validUntil }: LabelKey, atMillis: number): boolean {
  return revokedAt === null && (validUntil === null || atMillis < Date.parse(validUntil));
}
