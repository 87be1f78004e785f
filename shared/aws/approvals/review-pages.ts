import { readReviewForm } from "../../approval/form.ts";
import { type ReviewOver, whyReviewIsOver } from "../../approval/review.ts";
import type { PageRequest } from "../../contracts/page-request.ts";
import type { ReviewQuestion } from "../../contracts/self-healing/approval.ts";
import type { Incident } from "../../contracts/self-healing/incident.ts";
import { renderAnswerPage } from "../../report/answer-page.ts";
import { renderReviewPage } from "../../report/review-page.ts";
import { logError } from "../handlers.ts";
import { type Page, PageRefusal } from "../page-handler.ts";
import { findOpenIncident } from "../self-healing/incidents.ts";
import {
  type Admitted,
  admitLink,
  assertOwnForm,
  formCredentials,
  refuseForm,
} from "./admit-link.ts";
import { unknownQuestion } from "./approval-pages.ts";
import { decideAgain } from "./decide-again.ts";
import { findReview, writeAnswer } from "./review-records.ts";

/** The page that a mailed link opens, which changes nothing, and what its form sends, which answers. */
export async function answerReviewRequest(request: PageRequest): Promise<Page> {
  const link = await admitLink("review", request);
  const question = await findReview(link.claim.id);
  if (question === null) throw unknownQuestion();
  const incident = await findOpenIncident(question.endpoint);
  const over = whyReviewIsOver(question, incident, request.arrivedMillis);
  if (over !== null || incident === null) throw gone(question, over ?? "incident-over");
  if (request.method === "POST") return await answer(link, request, question);
  return show(link, request, question, incident);
}

function show(
  link: Admitted,
  request: PageRequest,
  question: ReviewQuestion,
  incident: Incident,
): Page {
  const { token, cookie } = formCredentials(link, request);
  return { status: 200, markup: renderReviewPage(question, incident, token), cookie };
}

/**
 * The answer is written once; what follows of it is decided as ever, now, and every hour should that not
 * be possible now.
 */
async function answer(
  link: Admitted,
  request: PageRequest,
  question: ReviewQuestion,
): Promise<Page> {
  const form = readReviewForm(request.body);
  if (form === null) return refuseForm();
  assertOwnForm(link, request, form.token);
  const { decision } = form;
  const at = new Date(request.arrivedMillis).toISOString();
  const answered = { decision, at, by: "link" };
  if (!(await writeAnswer({ ...question, answered }))) {
    throw gone((await findReview(question.reviewId)) ?? question, "answered");
  }
  const follows = await decideAgain(question.endpoint, at).catch((error: unknown) => {
    logError(error);
    return "What follows from it is decided within the hour.";
  });
  const title = decision === "start" ? "You want it retrained" : "The model stays as it is";
  return { status: 200, markup: renderAnswerPage({ title, paragraphs: [follows] }) };
}

function gone(question: ReviewQuestion, why: ReviewOver): PageRefusal {
  const { answered, openUntil } = question;
  const words: Record<ReviewOver, readonly [title: string, text: string]> = {
    answered: [
      "This is answered already",
      `At ${answered?.at} the answer was: ${answered?.decision}. The first answer stands.`,
    ],
    expired: ["This link is over", `It could be answered until ${openUntil}.`],
    "incident-over": [
      "There is nothing left to answer",
      "The alarms that it was about are over, so nothing is to be done.",
    ],
    "asked-again": [
      "There is a newer question",
      "Something else was found meanwhile: the newer message asks about all of it.",
    ],
  };
  const [title, text] = words[why];
  return new PageRefusal(410, { title, paragraphs: [text] });
}
