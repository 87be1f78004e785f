import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  type ExecutionStatus,
  ListMapRunsCommand,
} from "@aws-sdk/client-sfn";
import { stepFunctions } from "./backfills.ts";
import { stageText } from "./stage.ts";

export interface BackfillProgress {
  readonly status: ExecutionStatus;
  /** Windows that are done with. */
  readonly doneCount: number;
  /** Why it failed, as the state machine says it; both are undefined when it did not. */
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** How far a backfill is. */
export async function readBackfillProgress(name: string): Promise<BackfillProgress> {
  const executionArn = backfillArnOf(name);
  const { status, error, cause } = await stepFunctions().send(
    new DescribeExecutionCommand({ executionArn }),
  );
  const { mapRuns = [] } = await stepFunctions().send(new ListMapRunsCommand({ executionArn }));
  let doneCount = 0;
  for (const { mapRunArn } of mapRuns) {
    const { itemCounts } = await stepFunctions().send(new DescribeMapRunCommand({ mapRunArn }));
    doneCount += (itemCounts?.succeeded ?? 0) + (itemCounts?.failed ?? 0);
  }
  return { status: status!, doneCount, error, cause };
}

export function backfillArnOf(name: string): string {
  return `${stageText("backfillArn").replace(":stateMachine:", ":execution:")}:${name}`;
}
