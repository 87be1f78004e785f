import { ApiGatewayV2Client, GetApisCommand } from "@aws-sdk/client-apigatewayv2";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { endpointOverride, stageText } from "../stage.ts";

let client: ApiGatewayV2Client | undefined;
let found: string | undefined;

/**
 * Address of the stage's HTTP API, without a slash at its end. It is asked for by name, because what a
 * function is told at deployment has to be a literal, and an API's address is not known before it.
 *
 * @throws MonitoringError `no-api` when the stack is not deployed as a whole
 */
export async function apiUrl(): Promise<string> {
  found ??= await findApiUrl(`plumbline-${stageText("stage")}`);
  return found;
}

async function findApiUrl(name: string): Promise<string> {
  client ??= new ApiGatewayV2Client({});
  let token: string | undefined;
  do {
    const page = await client.send(new GetApisCommand({ NextToken: token }));
    const api = page.Items?.find(({ Name }) => Name === name);
    if (api?.ApiEndpoint !== undefined) return addressOf(api.ApiId!, api.ApiEndpoint);
    token = page.NextToken;
  } while (token !== undefined);
  throw new MonitoringError("no-api", `HTTP API "${name}": not found: it must have been deployed`);
}

/** Where AWS is played on one machine, APIs have paths instead of host names. */
function addressOf(apiId: string, apiEndpoint: string): string {
  const override = endpointOverride();
  return override === null ? apiEndpoint : `${override}/restapis/${apiId}/$default/_user_request_`;
}
