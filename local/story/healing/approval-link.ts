import { MonitoringError } from "../../../shared/contracts/monitoring-error.ts";

/** What a person saw and did by following a mailed link. */
export interface LinkDecision {
  /** Heading of the page that the link opens. */
  readonly asked: string;
  /** Heading of the answer to what was sent. */
  readonly answered: string;
}

const LINK = /https?:\/\/\S+\/approvals\/\S+/;

/** The link to an approval in a message; undefined when it holds none. */
export function approvalLink(mail: string): string | undefined {
  return LINK.exec(mail)?.[0];
}

/**
 * Follows a link as a person with a browser would: opens the page, types the version's number into its
 * form, and sends it with the cookie that the page came with.
 */
export async function decideByLink(
  link: string,
  decision: "approve" | "reject",
): Promise<LinkDecision> {
  const opened = await fetch(link);
  const page = await pageOf(opened, link);
  const asked = headingOf(page);
  const form = new URLSearchParams({
    ...hiddenFields(page),
    decision,
    version: /^Version (\d+)/.exec(asked)?.[1] ?? "",
    comment: "decided by the story of npm start",
  });
  const cookie = opened.headers
    .getSetCookie()
    .map((text) => text.split(";")[0])
    .join("; ");
  const answer = await fetch(link, { method: "POST", body: form, headers: { cookie } });
  return { asked, answered: headingOf(await pageOf(answer, link)) };
}

async function pageOf(response: Response, link: string): Promise<string> {
  const text = await response.text();
  if (response.ok) return text;
  const said = `${response.status} ${headingOf(text)}`;
  throw new MonitoringError("link-refused", `${link.split("?")[0]}: ${said}: must be 200`);
}

function headingOf(page: string): string {
  return /<h1>(.*?)<\/h1>/s.exec(page)?.[1]?.trim() ?? "";
}

function hiddenFields(page: string): Record<string, string> {
  const fields = page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g);
  return Object.fromEntries([...fields].map(([, name, value]) => [name!, value!]));
}
