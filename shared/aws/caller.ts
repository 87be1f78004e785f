import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** Who calls, as AWS knows them: a decision names who made it. */
export async function callerArn(): Promise<string> {
  const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  return Arn ?? "unknown caller";
}
