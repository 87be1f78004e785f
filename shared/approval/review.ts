import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import type { ReviewQuestion } from "../contracts/self-healing/approval.ts";
import type { Incident, IncidentCause } from "../contracts/self-healing/incident.ts";
import { periodMillis } from "../window/window.ts";
import { reviewIdOf } from "./question-ids.ts";

export interface ReviewAsked extends Pick<MonitorDefinition["approval"], "expiresAfter"> {
  readonly causes: readonly IncidentCause[];
  readonly reason: string;
  readonly nowMillis: number;
}

/** What people are asked about an incident: about all causes that they have been asked about, and these. */
export function reviewQuestion(incident: Incident, asked: ReviewAsked): ReviewQuestion {
  const { reason, nowMillis } = asked;
  const causes = [...new Set([...(incident.askedAbout ?? []), ...asked.causes])];
  const openUntilMillis = nowMillis + periodMillis(asked.expiresAfter);
  return {
    reviewId: reviewIdOf(incident.incident, causes),
    ...{ endpoint: incident.endpoint, incident: incident.incident, causes, reason },
    requestedAt: new Date(nowMillis).toISOString(),
    openUntil: new Date(openUntilMillis).toISOString(),
  };
}

/** Why a question cannot be answered any more; null when it can. */
export type ReviewOver = "answered" | "expired" | "incident-over" | "asked-again";

export function whyReviewIsOver(
  question: ReviewQuestion,
  incident: Incident | null,
  nowMillis: number,
): ReviewOver | null {
  if (question.answered !== undefined) return "answered";
  if (nowMillis >= Date.parse(question.openUntil)) return "expired";
  if (incident?.incident !== question.incident) return "incident-over";
  const isCovered = (incident.askedAbout ?? []).every((cause) => question.causes.includes(cause));
  return isCovered ? null : "asked-again";
}
