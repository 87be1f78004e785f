import { randomBytes } from "node:crypto";
import { formToken, isFormOurs } from "../../approval/form.ts";
import { type LinkClaim, readLink } from "../../approval/link.ts";
import type { PageRequest } from "../../contracts/page-request.ts";
import type { QuestionKind } from "../../contracts/self-healing/approval.ts";
import { PageRefusal } from "../page-handler.ts";
import { isSigned } from "./link-signatures.ts";

/** A request by a link that we signed and that is not over. */
export interface Admitted {
  readonly claim: LinkClaim;
  readonly signature: string;
}

/** @throws PageRefusal 403 when the link is not ours, 410 when its time is over */
export async function admitLink(kind: QuestionKind, request: PageRequest): Promise<Admitted> {
  const { id, query, arrivedMillis } = request;
  const link = readLink(kind, {
    id,
    expires: query.get("expires"),
    signature: query.get("signature"),
  });
  if (link === null || !(await isSigned(link.claim, link.signature))) {
    throw new PageRefusal(403, {
      title: "This link is not valid",
      paragraphs: [
        "It is not one that was sent, or a part of it is missing.",
        "Copy the whole link out of the message, or decide on the command line.",
      ],
    });
  }
  if (arrivedMillis < link.claim.expiresAtMillis) return link;
  const until = new Date(link.claim.expiresAtMillis).toISOString();
  throw new PageRefusal(410, {
    title: "This link is over",
    paragraphs: [`It could be used until ${until}.`],
  });
}

/** What a form of this link carries, and the cookie that it is worth nothing without. */
export function formCredentials({ claim, signature }: Admitted, { cookies }: PageRequest) {
  const name = cookieName(claim);
  const known = cookies.get(name);
  // Two windows of one link share it, so that the first still can be sent.
  const value = known && /^[0-9a-f]{32}$/.test(known) ? known : randomBytes(16).toString("hex");
  return { token: formToken(signature, value), cookie: { name, value } };
}

/** @throws PageRefusal 403 when another page than ours sent the form */
export function assertOwnForm({ claim, signature }: Admitted, request: PageRequest, token: string) {
  const { headers, cookies } = request;
  const site = headers.get("sec-fetch-site") ?? "same-origin";
  const isOurs = isFormOurs(signature, cookies.get(cookieName(claim)), token);
  if (site === "same-origin" && isOurs) return;
  throw new PageRefusal(403, {
    title: "This form is out of date",
    paragraphs: [
      "Nothing was recorded. Open the page again, in the same browser, and decide there.",
    ],
    mayReopen: true,
  });
}

/** @throws PageRefusal 400 */
export function refuseForm(): never {
  throw new PageRefusal(400, {
    title: "This form is not complete",
    paragraphs: ["Nothing was recorded. Open the page again and fill in what it asks for."],
    mayReopen: true,
  });
}

/** Each link has its own, so that two open pages do not disturb each other. */
const cookieName = ({ id }: LinkClaim): string => `__Host-plumbline-${id}`;
