import { DescribeRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { type ImportPattern, parseImportPattern } from "../contracts/import-pattern.ts";
import { stageText } from "./stage.ts";

let client: EventBridgeClient | undefined;

/** Which new objects a function of the stage is told of, as it is deployed; null when no rule is. */
export async function readImportPattern(functionName: string): Promise<ImportPattern | null> {
  client ??= new EventBridgeClient({});
  try {
    const Name = `plumbline-${stageText("stage")}-${functionName}`;
    const { EventPattern } = await client.send(new DescribeRuleCommand({ Name }));
    return EventPattern === undefined ? null : parseImportPattern(EventPattern);
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return null;
    throw error;
  }
}
