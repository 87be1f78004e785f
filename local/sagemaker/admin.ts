import type { IncomingMessage } from "node:http";
import { ServiceError } from "./service-error.ts";

const PREFIX = "/_simulator/";

/** What only the simulator offers, for those who run it; AWS has nothing of the kind. */
export interface AdminRoutes {
  readonly [route: string]: (input: unknown) => object | Promise<object>;
}

export function isAdminPath(path: string): boolean {
  return path.startsWith(PREFIX);
}

/** `POST /_simulator/{route}` with a JSON body or none. */
export async function runAdmin(
  routes: AdminRoutes,
  request: IncomingMessage,
  path: string,
  body: Buffer,
): Promise<object> {
  const route = path.slice(PREFIX.length);
  if (request.method !== "POST" || !Object.hasOwn(routes, route)) {
    const known = Object.keys(routes).map((name) => `POST ${PREFIX}${name}`);
    throw new ServiceError("NotFound", `The simulator has ${known.join(", ")}.`, {
      httpStatus: 404,
    });
  }
  return routes[route]!(body.length === 0 ? {} : parse(body));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new ServiceError("SerializationException", "The request body is not JSON.");
  }
}
