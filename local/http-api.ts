import * as z from "zod/mini";
import type { AccountFile } from "./account.ts";

const apis = z.looseObject({
  items: z.array(z.looseObject({ name: z.string(), apiId: z.string() })),
});

/** Address of the deployed HTTP API, without a slash at its end. On AWS the stack's output names it. */
export async function httpApiUrl({
  endpointUrl,
}: Pick<AccountFile, "endpointUrl">): Promise<string> {
  const { items } = apis.parse(await (await fetch(`${endpointUrl}/v2/apis`)).json());
  const { apiId } = items.find(({ name }) => name === "plumbline-local")!;
  return `${endpointUrl}/restapis/${apiId}/$default/_user_request_`;
}
