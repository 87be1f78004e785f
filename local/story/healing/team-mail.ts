import type { Inbox } from "../inbox.ts";

/** What the team was told so far, and a message that is looked for. */
export interface TeamMail {
  readonly messages: readonly string[];
  /** Reads what is new. @returns the first message, new or old, that holds a text */
  readonly find: (text: string) => Promise<string | undefined>;
}

export function openMail(inbox: Inbox): TeamMail {
  const messages: string[] = [];
  return {
    messages,
    find: async (text) => {
      for (let next = await inbox.read(); next !== undefined; next = await inbox.read()) {
        messages.push(next);
      }
      return messages.find((message) => message.includes(text));
    },
  };
}
