import {
  AddTagsCommand,
  DescribeEndpointConfigCommand,
  ListEndpointConfigsCommand,
  ListTagsCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeCapture, readCapture } from "../../../shared/aws/capture-configuration.ts";
import {
  BUCKET,
  createConfig,
  createEndpoint,
  createModel,
  openSimulatedAccount,
  type SimulatedAccount,
  settled,
  variantOf,
} from "../../local/simulated-account.ts";

let account: SimulatedAccount;
beforeAll(async () => {
  account = await openSimulatedAccount({ transitionMillis: 50 });
  process.env.AWS_ENDPOINT_URL_SAGEMAKER = account.simulator.url;
  process.env.AWS_REGION = "us-east-1";
  process.env.AWS_ACCESS_KEY_ID = "test";
  process.env.AWS_SECRET_ACCESS_KEY = "test";
});
afterAll(() => account.close());

const enable = { enabled: true, destination: `s3://${BUCKET}/captures` } as const;

describe("changeCapture", () => {
  it("switches capture on and off by new configurations, and shows it", async () => {
    await createEndpoint(account, "switched");
    const kinds = new Set<string>();
    const on = await changeCapture("switched", enable, {
      onProgress: ({ kind }) => kinds.add(kind),
    });
    expect(on).toMatchObject({ changed: true, inForce: true, status: "InService" });
    expect(kinds).toContain("applied");
    expect(await settled(account, "switched")).toMatchObject({
      EndpointConfigName: on.configName,
      DataCaptureConfig: { EnableCapture: true, CaptureStatus: "Started" },
    });
    expect(await readCapture("switched")).toMatchObject({ settings: on.settings, inForce: true });
    const off = await changeCapture("switched", { enabled: false });
    expect((await settled(account, "switched")).DataCaptureConfig).toMatchObject({
      EnableCapture: false,
      CaptureStatus: "Stopped",
    });
    const again = await changeCapture("switched", { enabled: true });
    expect(again.configName).toBe(on.configName);
    expect(off.configName).not.toBe(on.configName);
  });

  it("makes no configuration when there is nothing to change", async () => {
    await createEndpoint(account, "idle");
    await changeCapture("idle", enable);
    const count = async () => {
      const command = new ListEndpointConfigsCommand({ NameContains: "idle" });
      return (await account.sagemaker.send(command)).EndpointConfigs!.length;
    };
    const before = await count();
    expect(await changeCapture("idle", enable)).toMatchObject({ changed: false, inForce: true });
    expect(await count()).toBe(before);
  });

  it("keeps variants, their present weights and instances, and the configuration's tags", async () => {
    await createModel(account, "second");
    const variants = [
      variantOf("kept", { VariantName: "champion", VolumeSizeInGB: 30 }),
      variantOf("second", { VariantName: "challenger", InitialVariantWeight: 0 }),
    ];
    await createEndpoint(account, "kept", { ProductionVariants: variants });
    const describeConfig = (EndpointConfigName: string) =>
      account.sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    const { EndpointConfigArn } = await describeConfig("kept");
    const Tags = [{ Key: "team", Value: "ml" }];
    await account.sagemaker.send(new AddTagsCommand({ ResourceArn: EndpointConfigArn, Tags }));
    await account.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: "kept",
        DesiredWeightsAndCapacities: [
          { VariantName: "champion", DesiredWeight: 0.95, DesiredInstanceCount: 4 },
          { VariantName: "challenger", DesiredWeight: 0.05 },
        ],
      }),
    );
    const before = await settled(account, "kept");
    const { configName } = await changeCapture("kept", enable);
    const after = await settled(account, "kept");
    expect(after.ProductionVariants).toEqual(before.ProductionVariants);
    expect(after.ProductionVariants?.[0]).toMatchObject({ CurrentInstanceCount: 4 });
    const config = await describeConfig(configName);
    expect(config.ProductionVariants).toEqual(variants);
    const command = new ListTagsCommand({ ResourceArn: config.EndpointConfigArn });
    expect((await account.sagemaker.send(command)).Tags).toEqual(Tags);
  });

  it("repairs an endpoint that retained another capture than its configuration says", async () => {
    await createEndpoint(account, "trapped");
    const { configName } = await changeCapture("trapped", enable);
    await changeCapture("trapped", { enabled: false });
    await account.sagemaker.send(
      new UpdateEndpointCommand({
        EndpointName: "trapped",
        EndpointConfigName: configName,
        RetainAllVariantProperties: true,
      }),
    );
    expect((await settled(account, "trapped")).EndpointConfigName).toBe(configName);
    expect(await readCapture("trapped")).toMatchObject({
      settings: { enabled: true },
      inForce: false,
    });
    const repaired = await changeCapture("trapped", enable);
    expect(repaired).toMatchObject({ changed: true, inForce: true });
  });

  it("sees through a read that still shows the endpoint as it was", async () => {
    await createEndpoint(account, "stale");
    await account.admin("faults", { staleReadMillis: 700 });
    const change = await changeCapture("stale", enable);
    await account.admin("faults");
    expect(change).toMatchObject({ changed: true, inForce: true });
  });

  it("finds the configuration that an interrupted run has left", async () => {
    await createEndpoint(account, "resumed");
    const { configName } = await changeCapture("resumed", enable);
    await createConfig(account, "back", { ProductionVariants: [variantOf("resumed")] });
    await account.sagemaker.send(
      new UpdateEndpointCommand({ EndpointName: "resumed", EndpointConfigName: "back" }),
    );
    await settled(account, "resumed");
    const again = await changeCapture("resumed", enable);
    expect(again).toMatchObject({ configName, inForce: true });
  });
});

describe("changeCapture reports", () => {
  it("an update that was rolled back, though the endpoint is InService", async () => {
    await createEndpoint(account, "rolled-back");
    await account.admin("faults", { rolledBackUpdateCount: 1 });
    await expect(changeCapture("rolled-back", enable)).rejects.toMatchObject({
      code: "endpoint-rolled-back",
      message: expect.stringMatching(/InService on "rolled-back".*SageMaker gave no reason/),
    });
  });

  it("an update that broke the endpoint", async () => {
    await createEndpoint(account, "broken");
    await account.admin("faults", { failedDeploymentCount: 1 });
    await expect(changeCapture("broken", enable)).rejects.toMatchObject({
      code: "endpoint-broken",
      message: expect.stringMatching(/status Failed: Request to service failed/),
    });
    await expect(changeCapture("broken", enable)).rejects.toMatchObject({
      code: "endpoint-not-in-service",
    });
  });

  it("an endpoint under maintenance", async () => {
    await createEndpoint(account, "maintained");
    await account.admin("faults", { endpointsInMaintenance: ["maintained"] });
    await expect(changeCapture("maintained", enable)).rejects.toThrow(
      /status SystemUpdating: AWS maintains it/,
    );
    await account.admin("faults");
  });

  it("an update that has not ended in time", async () => {
    await createEndpoint(account, "slow");
    await expect(changeCapture("slow", enable, { timeoutMillis: 0 })).rejects.toMatchObject({
      code: "endpoint-update-timed-out",
      message: expect.stringMatching(/still Updating: it goes on/),
    });
  });

  it("an endpoint that is serverless, or is not there", async () => {
    await createModel(account, "serverless-model");
    const ServerlessConfig = { MemorySizeInMB: 2048, MaxConcurrency: 5 };
    const variant = {
      VariantName: "AllTraffic",
      ModelName: "serverless-model",
      ServerlessConfig,
    };
    await createEndpoint(account, "serverless", { ProductionVariants: [variant] });
    await expect(changeCapture("serverless", enable)).rejects.toMatchObject({
      code: "capture-unsupported",
    });
    await expect(changeCapture("nobody", enable)).rejects.toMatchObject({
      code: "endpoint-not-found",
      message: 'endpoint "nobody": not found: there is none of this name in the account',
    });
  });
});
