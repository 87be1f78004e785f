import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formToken,
  isFormOurs,
  readApprovalForm,
  readReviewForm,
  versionOf,
} from "../../../shared/approval/form.ts";

const GOOD = {
  ...{ token: "t", decision: "approve", version: "2" },
  ...{ evidence: "a".repeat(64), comment: "" },
};
const body = (fields: object) => new URLSearchParams(fields as Record<string, string>).toString();

describe("a form's token", () => {
  it("is worth something with its own link and its own cookie alone", () => {
    const text = fc.string({ minLength: 1, maxLength: 43 });
    fc.assert(
      fc.property(text, text, text, text, (signature, nonce, otherSignature, otherNonce) => {
        const token = formToken(signature, nonce);
        expect(isFormOurs(signature, nonce, token)).toBe(true);
        const isSame = signature === otherSignature && nonce === otherNonce;
        // A key of HMAC is filled up with zeros: they make no other key.
        fc.pre(!/\0$/.test(signature) && !/\0$/.test(otherSignature));
        expect(isFormOurs(otherSignature, otherNonce, token)).toBe(isSame);
      }),
    );
  });

  it("is worth nothing without a cookie", () => {
    expect(isFormOurs("s", undefined, formToken("s", ""))).toBe(false);
    expect(isFormOurs("s", "", formToken("s", ""))).toBe(false);
  });
});

describe("the form of an approval", () => {
  it("comes back as it was filled in", () => {
    const comment = "sieht gut aus & ist <besser>\n=1+1";
    expect(readApprovalForm(body({ ...GOOD, comment }))).toEqual({ ...GOOD, comment });
  });

  it.each([
    ["no token", { token: "" }],
    ["another decision", { decision: "approved" }],
    ["another hash", { evidence: "A".repeat(64) }],
    ["a field of its own", { admin: "1" }],
    ["a long comment", { comment: "x".repeat(901) }],
  ])("is refused with %s", (_, changes) => {
    expect(readApprovalForm(body({ ...GOOD, ...changes }))).toBeNull();
  });

  it("is refused when it says a thing twice, or is far too long", () => {
    expect(readApprovalForm(`${body(GOOD)}&decision=reject`)).toBeNull();
    expect(readApprovalForm(`${body(GOOD)}${"&".repeat(20_000)}`)).toBeNull();
    expect(readApprovalForm("")).toBeNull();
  });
});

it("the form of a review is read likewise", () => {
  expect(readReviewForm("token=t&decision=start")).toEqual({ token: "t", decision: "start" });
  expect(readReviewForm("token=t&decision=approve")).toBeNull();
});

it("a version is what stands last in its ARN", () => {
  expect(versionOf("arn:aws:sagemaker:us-east-1:1:model-package/churn/12")).toBe("12");
});
