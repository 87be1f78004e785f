import { describe, expect, it } from "vitest";
import { linkOf, readLink, signedText } from "../../../shared/approval/link.ts";

const claim = {
  kind: "approval",
  id: "0123456789abcdef0123456789abcdef",
  expiresAtMillis: 1_768_730_400_000,
} as const;
const SIGNATURE = "a".repeat(43);

describe("a link", () => {
  it("comes back as it was made", () => {
    const url = new URL(linkOf("https://api.example.com", claim, SIGNATURE));
    const parts = {
      id: url.pathname.split("/").at(-1)!,
      expires: url.searchParams.get("expires") ?? undefined,
      signature: url.searchParams.get("signature") ?? undefined,
    };
    expect(url.pathname).toBe(`/approvals/${claim.id}`);
    expect(readLink("approval", parts)).toEqual({ claim, signature: SIGNATURE });
  });

  it("signs all that it says, so that none of it can be changed", () => {
    const texts = [
      claim,
      { ...claim, kind: "review" as const },
      { ...claim, id: "f".repeat(32) },
      { ...claim, expiresAtMillis: claim.expiresAtMillis + 1 },
    ].map(signedText);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it.each([
    { id: "../secrets", expires: "1768730400000", signature: SIGNATURE },
    { id: claim.id, expires: "1e12", signature: SIGNATURE },
    { id: claim.id, expires: undefined, signature: SIGNATURE },
    { id: claim.id, expires: "1768730400000", signature: "a|b" },
    { id: claim.id, expires: "1768730400000", signature: undefined },
  ])("is none of ours: %o", (parts) => {
    expect(readLink("approval", parts)).toBeNull();
  });
});
