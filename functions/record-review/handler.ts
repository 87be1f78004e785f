// The link of a review: its page, and the answer whether to retrain that its form sends.
import { answerReviewRequest } from "../../shared/aws/approvals/review-pages.ts";
import { pageHandler } from "../../shared/aws/page-handler.ts";

/**
 * GET changes nothing. The first answer stands; decide-retraining acts on it, called at once, and again
 * every hour until it has.
 */
export const handler = pageHandler(answerReviewRequest);
