import type { TeamMessage } from "../../alarm/message.ts";
import { reviewMessage, runMessage } from "../../alarm/run-message.ts";
import { versionOf } from "../../approval/form.ts";
import { s3Uri } from "../../contracts/s3-uri.ts";
import type { QuestionKind } from "../../contracts/self-healing/approval.ts";
import type { ReviewRequested, RunProgressed } from "../../contracts/self-healing/run-events.ts";
import { evaluationKeys } from "../../contracts/storage-keys.ts";
import { readDecision } from "../self-healing/audit.ts";
import { findRun } from "../self-healing/runs.ts";
import { stageText } from "../stage.ts";
import { signedLink } from "./link-signatures.ts";

/** What people are told of a run; the link of its approval is made here and kept nowhere. */
export async function messageOfRun(progressed: RunProgressed): Promise<TeamMessage> {
  const { run, question } = progressed;
  const { modelPackageArn } = (await findRun(run)) ?? {};
  const isEvaluated = (await readDecision(run, "evaluate-challenger")) !== null;
  const location = { bucket: stageText("bucket"), key: evaluationKeys(run).report };
  return runMessage(progressed, {
    version: modelPackageArn === undefined ? null : versionOf(modelPackageArn),
    reportUri: isEvaluated ? s3Uri(location) : null,
    link: question === undefined ? null : await linkTo("approval", question),
  });
}

/** What people are asked of an incident, with the link to answer. */
export async function messageOfReview(asked: ReviewRequested): Promise<TeamMessage> {
  return reviewMessage(asked, await linkTo("review", asked.question));
}

async function linkTo(
  kind: QuestionKind,
  { id, openUntil }: ReviewRequested["question"],
): Promise<string> {
  return await signedLink({ kind, id, expiresAtMillis: Date.parse(openUntil) });
}
