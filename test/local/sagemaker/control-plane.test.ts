import {
  AddTagsCommand,
  CreateEndpointCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DeleteTagsCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  ListTagsCommand,
  paginateListModels,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator } from "../../../local/sagemaker/simulator.ts";
import {
  createConfig,
  createEndpoint,
  createModel,
  openSimulatedAccount,
  ROLE,
  type SimulatedAccount,
  settled,
  variantOf,
} from "../simulated-account.ts";

let account: SimulatedAccount;
beforeAll(async () => {
  account = await openSimulatedAccount();
});
afterAll(() => account.close());

const send: SimulatedAccount["sagemaker"]["send"] = ((command: never) =>
  account.sagemaker.send(command)) as never;

describe("models, configurations and endpoints", () => {
  it("are described as they were created", async () => {
    const variant = variantOf("described", {
      InitialVariantWeight: 0.25,
      RoutingConfig: { RoutingStrategy: "LEAST_OUTSTANDING_REQUESTS" },
    });
    const endpoint = await createEndpoint(account, "described", { ProductionVariants: [variant] });
    expect(endpoint).toMatchObject({
      EndpointArn: "arn:aws:sagemaker:us-east-1:000000000000:endpoint/described",
      EndpointStatus: "InService",
      EndpointConfigName: "described",
      ProductionVariants: [{ VariantName: "AllTraffic", CurrentWeight: 0.25 }],
    });
    expect(endpoint.DataCaptureConfig).toBeUndefined();
    expect(endpoint.PendingDeploymentSummary).toBeUndefined();
    const config = await send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: "described" }),
    );
    expect(config.ProductionVariants).toEqual([variant]);
    const model = await send(new DescribeModelCommand({ ModelName: "described" }));
    expect(model).toMatchObject({ ModelName: "described", ExecutionRoleArn: ROLE });
    expect(model.CreationTime).toBeInstanceOf(Date);
  });

  it("are listed page by page, filtered by name and status", async () => {
    for (const name of ["page-a", "page-b", "page-c"]) await createModel(account, name);
    const filter = { NameContains: "page-", SortBy: "Name", SortOrder: "Ascending" } as const;
    const pages: (string | undefined)[][] = [];
    const config = { client: account.sagemaker, pageSize: 2 };
    for await (const page of paginateListModels(config, filter)) {
      pages.push(page.Models!.map(({ ModelName }) => ModelName));
    }
    expect(pages).toEqual([["page-a", "page-b"], ["page-c"]]);
    await createEndpoint(account, "listed");
    const named = { NameContains: "listed" };
    const serving = await send(new ListEndpointsCommand({ ...named, StatusEquals: "InService" }));
    expect(serving.Endpoints).toMatchObject([{ EndpointName: "listed" }]);
    const failed = await send(new ListEndpointsCommand({ ...named, StatusEquals: "Failed" }));
    expect(failed.Endpoints).toEqual([]);
    const configs = await send(new ListEndpointConfigsCommand(named));
    expect(configs.EndpointConfigs).toMatchObject([{ EndpointConfigName: "listed" }]);
    const everything = await send(new ListModelsCommand({ NextToken: "bm8" })).catch((e) => e);
    expect(everything).toMatchObject({
      name: "ValidationException",
      message: "Invalid NextToken.",
    });
  });

  it("are gone once deleted, and the endpoint serves on without its model and configuration", async () => {
    await createEndpoint(account, "deleted");
    await send(new DeleteModelCommand({ ModelName: "deleted" }));
    await send(new DeleteEndpointConfigCommand({ EndpointConfigName: "deleted" }));
    expect(await settled(account, "deleted")).toMatchObject({ EndpointStatus: "InService" });
    await send(new DeleteEndpointCommand({ EndpointName: "deleted" }));
    const deleting = await send(new DescribeEndpointCommand({ EndpointName: "deleted" }));
    expect(deleting.EndpointStatus).toBe("Deleting");
    await expect(settled(account, "deleted")).rejects.toThrow(
      'Could not find endpoint "arn:aws:sagemaker:us-east-1:000000000000:endpoint/deleted".',
    );
  });

  it("carry tags", async () => {
    await createModel(account, "tagged");
    const { ModelArn: ResourceArn } = await send(new DescribeModelCommand({ ModelName: "tagged" }));
    const Tags = [
      { Key: "team", Value: "ml" },
      { Key: "stage", Value: "test" },
    ];
    await send(new AddTagsCommand({ ResourceArn, Tags }));
    await send(new AddTagsCommand({ ResourceArn, Tags: [{ Key: "stage", Value: "prod" }] }));
    await send(new DeleteTagsCommand({ ResourceArn, TagKeys: ["team"] }));
    const listed = await send(new ListTagsCommand({ ResourceArn }));
    expect(listed.Tags).toEqual([{ Key: "stage", Value: "prod" }]);
  });

  it("outlive a restart of the simulator", async () => {
    await createEndpoint(account, "kept");
    const { dataFolder, awsEndpointUrl } = account;
    const restarted = await startSimulator({ port: 0, dataFolder, awsEndpointUrl });
    const client = new SageMakerClient({
      region: "us-east-1",
      endpoint: restarted.url,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const again = await client.send(new DescribeEndpointCommand({ EndpointName: "kept" }));
    await restarted.stop();
    expect({ ...again, $metadata: {} }).toEqual({
      ...(await settled(account, "kept")),
      $metadata: {},
    });
  });
});

describe("refusals", () => {
  const arn = (path: string) => `arn:aws:sagemaker:us-east-1:000000000000:${path}`;

  it.each([
    {
      why: "an unknown endpoint",
      command: () => new DescribeEndpointCommand({ EndpointName: "nobody" }),
      message: `Could not find endpoint "${arn("endpoint/nobody")}".`,
    },
    {
      why: "an unknown configuration",
      command: () => new CreateEndpointCommand({ EndpointName: "x", EndpointConfigName: "nobody" }),
      message: `Could not find endpoint configuration "${arn("endpoint-config/nobody")}".`,
    },
    {
      why: "an unknown model",
      command: () => new DescribeModelCommand({ ModelName: "constructor" }),
      message: `Could not find model "${arn("model/constructor")}".`,
    },
    {
      why: "a name that is too long",
      command: () => new DescribeEndpointCommand({ EndpointName: "n".repeat(64) }),
      message:
        `1 validation error detected: Value '${"n".repeat(64)}' at 'endpointName' failed to ` +
        "satisfy constraint: Member must have length less than or equal to 63",
    },
    {
      why: "a name with other characters",
      command: () => new DescribeEndpointCommand({ EndpointName: "under_score" }),
      message:
        "1 validation error detected: Value 'under_score' at 'endpointName' failed to satisfy " +
        "constraint: Member must satisfy regular expression pattern: " +
        "^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
    },
    {
      why: "a model without a container",
      command: () => new CreateModelCommand({ ModelName: "empty", ExecutionRoleArn: ROLE }),
      message: "Either PrimaryContainer or Containers must be specified.",
    },
  ])("of $why are worded as SageMaker words them", async ({ command, message }) => {
    const error = await send(command() as never).catch((caught) => caught);
    expect(error).toMatchObject({ name: "ValidationException", message });
  });

  it("of what exists already", async () => {
    await createEndpoint(account, "twice");
    await expect(createModel(account, "twice")).rejects.toThrow(
      `Cannot create already existing model "${arn("model/twice")}".`,
    );
    const variants = { ProductionVariants: [variantOf("twice")] };
    await expect(createConfig(account, "twice", variants)).rejects.toThrow(
      `Cannot create already existing endpoint configuration "${arn("endpoint-config/twice")}".`,
    );
    const again = new CreateEndpointCommand({ EndpointName: "twice", EndpointConfigName: "twice" });
    await expect(send(again)).rejects.toThrow(
      `Cannot create already existing endpoint "${arn("endpoint/twice")}".`,
    );
  });

  it("of capture that SageMaker would refuse", async () => {
    await createModel(account, "captured");
    const capture = {
      EnableCapture: true,
      InitialSamplingPercentage: 100,
      DestinationS3Uri: "s3://bucket/captures",
      CaptureOptions: [{ CaptureMode: "Input" as const }],
    };
    const create = (DataCaptureConfig: object, changes = {}) =>
      createConfig(account, "captured", {
        ProductionVariants: [variantOf("captured", changes)],
        DataCaptureConfig: DataCaptureConfig as typeof capture,
      });
    await expect(create({ ...capture, InitialSamplingPercentage: 101 })).rejects.toThrow(/101/);
    await expect(
      create({ ...capture, CaptureOptions: [{ CaptureMode: "InputAndOutput" }] }),
    ).rejects.toThrow("Member must satisfy enum value set: [Input, Output]");
    const serverless = { ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 1 } };
    await expect(create(capture, serverless)).rejects.toThrow(/not supported for serverless/);
  });

  it("of calls that come too fast, which the client repeats", async () => {
    await account.admin("faults", { throttledCallCount: 2 });
    const { $metadata } = await send(new ListModelsCommand({}));
    expect($metadata.attempts).toBe(3);
  });
});
