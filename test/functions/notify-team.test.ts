import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../functions/notify-team/handler.ts";
import { putAudit } from "../../shared/aws/self-healing/audit.ts";
import { RUN_OUTCOMES } from "../../shared/contracts/self-healing/run.ts";
import { RUN } from "../shared/aws/self-healing/run-sample.ts";
import { ApprovalAccount, linkTo, OPEN_UNTIL } from "./approval-account.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
  process.env.AWS_REGION = "us-east-1";
});

const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;
const QUESTION = "0123456789abcdef0123456789abcdef";

let account: ApprovalAccount;
beforeEach(() => {
  account = new ApprovalAccount();
});
afterEach(() => account.close());

async function tell(name: string, detail: object = {}) {
  const event = JSON.parse(readFileSync(`events/notify-team/${name}.json`, "utf8"));
  await handler({ ...event, detail: { ...event.detail, ...detail } }, CONTEXT);
  return account.messages.at(-1)!;
}

async function evaluated(): Promise<void> {
  await account.begin();
  await putAudit({
    ...{ run: RUN.run, endpoint: "churn", step: "evaluate-challenger", at: RUN.startedAt },
    ...{ by: "evaluate-challenger", decision: "not-better", reason: "", seen: {}, inputs: [] },
  });
}

describe("news of a run", () => {
  it("ask for an approval with a link that was signed for it, until its end", async () => {
    await evaluated();
    const { Subject, Message } = await tell("approval-requested");
    expect(Subject).toBe("churn: version 2 awaits your approval");
    expect(Message).toContain(`Decide here: ${linkTo("approval", QUESTION, OPEN_UNTIL)}\n`);
    expect(Message).toContain(`plumbline approve ${RUN.run}`);
    expect(Message).toContain(`Report: s3://bucket/evaluations/${RUN.run}/report.json`);
  });

  it("say that the new model is not better, with the numbers and where the report is", async () => {
    await evaluated();
    const { Subject, Message } = await tell("not-better");
    expect(Subject).toBe("churn: the new model is not better");
    expect(Message).toBe(`churn: the new model is not better.
auc 0.841 against 0.852, worse by 0.011 (95 % interval of the gain -0.024 to 0.002).

What to do next:
- The champion goes on serving; nothing is to be done about traffic.
- More or newer labels may help; a feature that changed its meaning is repaired at its source.

Report: s3://bucket/evaluations/${RUN.run}/report.json
Run: ${RUN.run}
Every decision of it: plumbline explain ${RUN.run}
`);
  });

  it("tell each end in other words, and never of a link", async () => {
    const subjects = new Set<string>();
    for (const outcome of RUN_OUTCOMES) {
      const { Subject, Message } = await tell("not-better", { outcome });
      subjects.add(Subject);
      expect(Message).not.toContain("http");
    }
    expect(subjects.size).toBe(RUN_OUTCOMES.length);
  });

  it.each([
    ["started", "churn: retraining has started"],
    ["approval-reminder", "churn: version 2 still awaits your approval"],
    ["canary-started", "churn: version 2 takes its first traffic"],
    ["canary-held", "churn: the canary of version 2 needs you"],
  ])("tell of a run that is %s", async (stage, subject) => {
    await account.begin();
    const { Subject, Message } = await tell("run-started", { stage });
    expect(Subject).toBe(subject);
    expect(Message).toContain("What to do next:\n- ");
  });
});

describe("a review", () => {
  it("is asked for with a link of its own", async () => {
    const { Subject, Message } = await tell("review-requested");
    expect(Subject).toBe("churn: retrain the model?");
    expect(Message).toContain("churn: retrain the model? drift.\n");
    const link = linkTo("review", QUESTION, OPEN_UNTIL);
    expect(Message).toContain(`Start or dismiss it here, until ${OPEN_UNTIL}: ${link}\n`);
  });
});
