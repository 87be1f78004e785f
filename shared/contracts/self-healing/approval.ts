import type { AuditInput } from "./audit-record.ts";
import type { IncidentCause } from "./incident.ts";

/** What a person is asked: whether a version goes into service, or whether to retrain at all. */
export type QuestionKind = "approval" | "review";

/** Where an approval stands; the first decision is the last. */
export const APPROVAL_STATES = ["pending", "approved", "rejected", "expired"] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** The one question of a run whether its version may go into service, and what became of it. */
export interface ApprovalRecord {
  /** 32 hex digits that follow from the run, so that it is asked once; a link is signed besides. */
  readonly approvalId: string;
  readonly run: string;
  readonly endpoint: string;
  readonly modelPackageArn: string;
  /** ISO 8601, as all times here. */
  readonly requestedAt: string;
  /** From when on nobody can decide any more: it then counts as rejected. */
  readonly openUntil: string;
  /** sha256 of what the evidence page shows: a decision is about exactly that. */
  readonly evidenceSha256: string;
  /** What the page is made of. */
  readonly inputs: readonly AuditInput[];
  readonly state: ApprovalState;
  /** Who decided, where, and why; absent while it is pending. */
  readonly decided?: ApprovalDecision;
  /** When people were told that little time is left. */
  readonly remindedAt?: string;
}

export interface ApprovalDecision {
  readonly at: string;
  /** An ARN, or `link` for whoever held the mailed one; `expiry` for nobody. */
  readonly by: string;
  readonly through: "link" | "registry" | "command-line" | "expiry";
  readonly comment?: string;
}

/** The question whether to retrain, asked of the people of an endpoint about an open incident. */
export interface ReviewQuestion {
  /** 32 hex digits that follow from the incident and its causes: another cause is another question. */
  readonly reviewId: string;
  readonly endpoint: string;
  readonly incident: string;
  readonly causes: readonly IncidentCause[];
  readonly reason: string;
  readonly requestedAt: string;
  readonly openUntil: string;
  readonly answered?: {
    readonly decision: "start" | "dismiss";
    readonly at: string;
    readonly by: string;
  };
}
