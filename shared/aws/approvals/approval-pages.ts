import type { Decided } from "../../approval/decide.ts";
import type { ApprovalEvidence } from "../../approval/evidence.ts";
import { type ApprovalForm, readApprovalForm, versionOf } from "../../approval/form.ts";
import type { PageRequest } from "../../contracts/page-request.ts";
import type { ApprovalRecord } from "../../contracts/self-healing/approval.ts";
import { renderAnswerPage } from "../../report/answer-page.ts";
import { renderApprovalPage } from "../../report/approval-page.ts";
import { type Page, PageRefusal } from "../page-handler.ts";
import { readRun } from "../self-healing/runs.ts";
import {
  type Admitted,
  admitLink,
  assertOwnForm,
  formCredentials,
  refuseForm,
} from "./admit-link.ts";
import { findApproval } from "./approval-records.ts";
import { decideApproval } from "./decide-approval.ts";
import { type Evidence, readEvidence } from "./evidence.ts";

/** The page that a mailed link opens, which changes nothing, and what its form sends, which decides. */
export async function answerApprovalRequest(request: PageRequest): Promise<Page> {
  const link = await admitLink("approval", request);
  const approval = await findApproval(link.claim.id);
  if (approval === null) throw unknownQuestion();
  if (request.method === "POST") return await decide(link, request, approval);
  return await show(link, request, approval, null);
}

export function unknownQuestion(): PageRefusal {
  const paragraphs = ["It was never asked here, or it is of another stage."];
  return new PageRefusal(404, { title: "Nobody asks this any more", paragraphs });
}

async function show(
  link: Admitted,
  request: PageRequest,
  approval: ApprovalRecord,
  refused: Pick<ApprovalForm, "version" | "comment"> | null,
): Promise<Page> {
  const evidence = await readOpen(approval);
  const { token, cookie } = formCredentials(link, request);
  const version = versionOf(approval.modelPackageArn);
  const form = {
    token,
    evidenceSha256: evidence.sha256,
    problem: refused && `Nothing was recorded: "${refused.version}" is not version ${version}.`,
    comment: refused?.comment ?? "",
  };
  return { status: refused ? 400 : 200, markup: renderApprovalPage(evidence, form), cookie };
}

/** @throws PageRefusal 410 when there is nothing left to decide, or something else than was asked */
async function readOpen(
  approval: ApprovalRecord,
): Promise<ApprovalEvidence & Pick<Evidence, "sha256">> {
  if (approval.state !== "pending") throw gone(approval, "already-decided");
  const record = await readRun(approval.run);
  if (record.ended !== undefined) throw gone(approval, "run-ended");
  const evidence = await readEvidence(approval);
  if (evidence.sha256 !== approval.evidenceSha256) throw gone(approval, "evidence-changed");
  return { ...evidence, approval, record };
}

async function decide(
  link: Admitted,
  request: PageRequest,
  approval: ApprovalRecord,
): Promise<Page> {
  const form = readApprovalForm(request.body);
  if (form === null) return refuseForm();
  assertOwnForm(link, request, form.token);
  if (form.version.trim() !== versionOf(approval.modelPackageArn)) {
    return await show(link, request, approval, form);
  }
  const comment = form.comment?.trim() ?? "";
  const decided = await decideApproval(
    approval.approvalId,
    {
      state: form.decision === "approve" ? "approved" : "rejected",
      at: new Date(request.arrivedMillis).toISOString(),
      ...{ by: "link", through: "link" },
      ...(comment === "" ? {} : { comment }),
    },
    form.evidence,
  );
  if (!decided.changes) throw gone(decided.record, decided.why);
  return { status: 200, markup: renderAnswerPage(recorded(decided.record)) };
}

function recorded({ modelPackageArn, state, run }: ApprovalRecord) {
  const next =
    state === "approved"
      ? "It takes its first traffic now. A message tells when it serves alone, or went back."
      : "The champion goes on serving.";
  return {
    title: `Version ${versionOf(modelPackageArn)} is ${state}`,
    paragraphs: [next, `What was decided and on what: plumbline explain ${run}`],
  };
}

type Why = Extract<Decided, { changes: false }>["why"];

function gone(approval: ApprovalRecord, why: Why): PageRefusal {
  const { modelPackageArn, decided, state, openUntil, run } = approval;
  const version = `Version ${versionOf(modelPackageArn)}`;
  const words: Record<Why, readonly [title: string, text: string]> = {
    "already-decided": [
      `${version} is ${state}`,
      `That was decided at ${decided?.at} (${decided?.through}). The first decision stands.`,
    ],
    expired: [
      "Nobody decided in time",
      `It could be decided until ${openUntil}; ${version.toLowerCase()} counts as rejected.`,
    ],
    "run-ended": [
      "There is nothing left to decide",
      `The run has ended: plumbline explain ${run} tells how.`,
    ],
    "evidence-changed": [
      "This cannot be decided any more",
      `What it was to be decided on has changed since it was asked: plumbline reject ${run}`,
    ],
  };
  const [title, text] = words[why];
  return new PageRefusal(410, { title, paragraphs: [text] });
}
