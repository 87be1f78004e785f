import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import type { TaskValue } from "../../contracts/self-healing/tasks.ts";
import { stageText } from "../stage.ts";

/** What Step Functions says of a run's execution. */
export interface ExecutionState {
  readonly status: ExecutionStatus;
  /** One sentence; of a failure what Step Functions names as its error and cause. */
  readonly reason: string;
}

let client: SFNClient | undefined;

function stepFunctions(): SFNClient {
  client ??= new SFNClient({});
  return client;
}

/** The ARN that a run's execution has or will have: its name is the run's. */
export function executionArnOf(run: string): string {
  return `${stageText("stateMachineArn").replace(":stateMachine:", ":execution:")}:${run}`;
}

/**
 * Starts a run's execution, which can begin once only. Its input holds ids, and what its branches depend
 * on; all else its tasks read from the run's record.
 */
export async function startExecution({ run, endpoint, definition }: RunRecord): Promise<void> {
  const { approval, rollout } = definition;
  try {
    await stepFunctions().send(
      new StartExecutionCommand({
        stateMachineArn: stageText("stateMachineArn"),
        name: run,
        input: JSON.stringify({
          run,
          endpoint,
          approvalRequired: approval.required,
          strategy: rollout.strategy,
          stepCount: rollout.steps.filter((percent) => percent < 100).length,
        }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/** null when it was never started. */
export async function describeExecution(run: string): Promise<ExecutionState | null> {
  try {
    const command = new DescribeExecutionCommand({ executionArn: executionArnOf(run) });
    const { status, error, cause } = await stepFunctions().send(command);
    const why = [error, cause].filter((text) => text).join(": ");
    return { status: status!, reason: why === "" ? `the execution is ${status}` : why };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return null;
    throw error;
  }
}

/** Tokens that nobody waits for any more: answered before, timed out, or of an execution that ended. */
const GONE = new Set(["InvalidToken", "TaskDoesNotExist", "TaskTimedOut"]);

/**
 * Answers a task that waits.
 *
 * @returns whether somebody still waited for it
 */
export async function answerTask(taskToken: string, value: TaskValue<string>): Promise<boolean> {
  const command = new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(value) });
  try {
    await stepFunctions().send(command);
    return true;
  } catch (error) {
    if (error instanceof Error && GONE.has(error.name)) return false;
    throw error;
  }
}
