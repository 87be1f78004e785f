import type {
  CreateEndpointCommandInput,
  DeleteEndpointCommandInput,
  DescribeEndpointCommandInput,
} from "@aws-sdk/client-sagemaker";
import { arnOf, epochSeconds, type Operation, type SimulatorContext } from "../context.ts";
import { firstDeployment } from "../deployment.ts";
import { describeEndpointOutput, statusOf } from "../endpoint-view.ts";
import { type ListInput, listPage } from "../listing.ts";
import { validationException } from "../service-error.ts";
import type { StoredEndpoint } from "../state.ts";
import { beginTransition, changeEndpoint } from "../transitions.ts";
import { requireName } from "../validation.ts";
import { usableEndpointConfig } from "./endpoint-configs.ts";
import { usableModel } from "./models.ts";
import { tagOnCreation } from "./tags.ts";

export const endpointOperations: Readonly<Record<string, Operation>> = {
  CreateEndpoint: createEndpoint,
  DescribeEndpoint: describeEndpoint,
  ListEndpoints: listEndpoints,
  DeleteEndpoint: deleteEndpoint,
};

function createEndpoint(context: SimulatorContext, input: CreateEndpointCommandInput): object {
  const name = requireName(input.EndpointName, "endpointName");
  const arn = arnOf(context, "endpoint", name);
  if (context.state.endpoints.has(name)) {
    throw validationException(`Cannot create already existing endpoint "${arn}".`);
  }
  const config = usableEndpointConfig(context, input.EndpointConfigName);
  const target = firstDeployment(config, (model) => usableModel(context, model));
  const nowMillis = context.now();
  tagOnCreation(context, arn, input.Tags);
  changeEndpoint(context, {
    name,
    arn,
    creationMillis: nowMillis,
    modifiedMillis: nowMillis,
    status: "InService",
    transition: beginTransition(context, { name }, "create", target),
  });
  return { EndpointArn: arn };
}

function describeEndpoint(context: SimulatorContext, input: DescribeEndpointCommandInput): object {
  return describeEndpointOutput(context, findEndpoint(context, input.EndpointName));
}

interface ListEndpointsInput extends ListInput {
  readonly StatusEquals?: string;
}

function listEndpoints(context: SimulatorContext, input: ListEndpointsInput): object {
  const wanted = [...context.state.endpoints.values()].filter(
    (endpoint) =>
      input.StatusEquals === undefined || statusOf(context, endpoint) === input.StatusEquals,
  );
  const { page, token } = listPage(wanted, input);
  const Endpoints = page.map((endpoint) => ({
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    CreationTime: epochSeconds(endpoint.creationMillis),
    LastModifiedTime: epochSeconds(endpoint.modifiedMillis),
    EndpointStatus: statusOf(context, endpoint),
  }));
  return { Endpoints, ...token };
}

function deleteEndpoint(context: SimulatorContext, input: DeleteEndpointCommandInput): object {
  const endpoint = findEndpoint(context, input.EndpointName);
  if (endpoint.transition !== undefined) {
    throw validationException(`Cannot delete in-progress endpoint "${endpoint.arn}".`);
  }
  const { deployment = NOTHING_DEPLOYED } = endpoint;
  const transition = beginTransition(context, endpoint, "delete", deployment);
  changeEndpoint(context, { ...endpoint, transition });
  context.state.tags.delete(endpoint.arn);
  return {};
}

/** A Failed endpoint may be deleted though it never deployed anything. */
const NOTHING_DEPLOYED = { configName: "", variants: [], shadows: [] };

export function findEndpoint(context: SimulatorContext, value: unknown): StoredEndpoint {
  const name = requireName(value, "endpointName");
  const endpoint = context.state.endpoints.get(name);
  if (endpoint === undefined) {
    throw validationException(`Could not find endpoint "${arnOf(context, "endpoint", name)}".`);
  }
  return endpoint;
}
