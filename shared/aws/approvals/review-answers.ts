import { reviewIdOf } from "../../approval/question-ids.ts";
import type { Incident } from "../../contracts/self-healing/incident.ts";
import { findOpenIncident, noteReview } from "../self-healing/incidents.ts";
import { findReview } from "./review-records.ts";

/**
 * The incident with what people have answered to its newest question. An answer that was given while
 * nobody could act on it is so found by whoever decides next.
 */
export async function noteAnswer(incident: Incident | null): Promise<Incident | null> {
  const asked = incident?.askedAbout ?? [];
  if (incident === null || asked.length === 0) return incident;
  const { answered, causes = [] } = (await findReview(reviewIdOf(incident.incident, asked))) ?? {};
  const isKnown =
    answered === undefined ||
    (incident.review !== undefined && Date.parse(incident.review.at) >= Date.parse(answered.at));
  if (isKnown) return incident;
  const { endpoint } = incident;
  await noteReview(endpoint, incident.incident, { ...answered, causes });
  return await findOpenIncident(endpoint);
}
