import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { BackfillRequest } from "../contracts/backfill-task.ts";
import { sha256Of } from "../window/fold.ts";
import { stageText } from "./stage.ts";

let client: SFNClient | undefined;

export function stepFunctions(): SFNClient {
  client ??= new SFNClient({});
  return client;
}

/** The same request has the same name. Step Functions takes 80 characters. */
export function backfillName(request: BackfillRequest): string {
  const { endpoint, check, from, to, variant, isOneWindow, asOf } = request;
  const asked = JSON.stringify([endpoint, check, from, to, variant, isOneWindow, asOf]);
  return `${endpoint.slice(0, 40)}-${sha256Of(asked).slice(0, 32)}`;
}

/** @returns false when an execution of that name was started before */
export async function startBackfill(name: string, request: BackfillRequest): Promise<boolean> {
  const input = JSON.stringify(request);
  const stateMachineArn = stageText("backfillArn");
  try {
    await stepFunctions().send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}
