import {
  DescribeEndpointCommand,
  UpdateEndpointCommand,
  type UpdateEndpointCommandInput,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  BUCKET,
  createConfig,
  createEndpoint,
  createModel,
  openSimulatedAccount,
  type SimulatedAccount,
  settled,
  variantOf,
} from "../simulated-account.ts";

let account: SimulatedAccount;
beforeAll(async () => {
  account = await openSimulatedAccount();
});
afterAll(() => account.close());

const capture = (InitialSamplingPercentage: number) => ({
  EnableCapture: true,
  InitialSamplingPercentage,
  DestinationS3Uri: `s3://${BUCKET}/captures`,
  CaptureOptions: [{ CaptureMode: "Input" as const }, { CaptureMode: "Output" as const }],
});

async function update(input: Omit<UpdateEndpointCommandInput, "EndpointConfigName">) {
  const EndpointConfigName = `${input.EndpointName}-next`;
  await account.sagemaker.send(new UpdateEndpointCommand({ ...input, EndpointConfigName }));
}

describe("UpdateEndpoint", () => {
  it("takes its time, in which the old configuration serves and shows", async () => {
    await createEndpoint(account, "slow");
    await createConfig(account, "slow-next", { ProductionVariants: [variantOf("slow")] });
    await update({ EndpointName: "slow" });
    const during = await account.sagemaker.send(
      new DescribeEndpointCommand({ EndpointName: "slow" }),
    );
    expect(during).toMatchObject({
      EndpointStatus: "Updating",
      EndpointConfigName: "slow",
      PendingDeploymentSummary: { EndpointConfigName: "slow-next" },
    });
    const Body = Buffer.from(account.training.rows[0]!.values.join(","));
    const invoke = { EndpointName: "slow", ContentType: "text/csv", Body };
    const answer = await account.runtime.send(new InvokeEndpointCommand(invoke));
    expect(answer.InvokedProductionVariant).toBe("AllTraffic");
    await expect(update({ EndpointName: "slow" })).rejects.toThrow(/Cannot update in-progress/);
    expect(await settled(account, "slow")).toMatchObject({
      EndpointStatus: "InService",
      EndpointConfigName: "slow-next",
    });
  });

  it("retains the old capture with the variant properties, unless it is excluded", async () => {
    await createEndpoint(account, "trap", { DataCaptureConfig: capture(10) });
    const next = { ProductionVariants: [variantOf("trap")], DataCaptureConfig: capture(90) };
    await createConfig(account, "trap-next", next);
    await update({ EndpointName: "trap", RetainAllVariantProperties: true });
    expect(await settled(account, "trap")).toMatchObject({
      EndpointConfigName: "trap-next",
      DataCaptureConfig: { CurrentSamplingPercentage: 10 },
    });
    await update({
      EndpointName: "trap",
      RetainAllVariantProperties: true,
      ExcludeRetainedVariantProperties: [{ VariantPropertyType: "DataCaptureConfig" }],
    });
    expect((await settled(account, "trap")).DataCaptureConfig).toEqual({
      EnableCapture: true,
      CaptureStatus: "Started",
      CurrentSamplingPercentage: 90,
      DestinationS3Uri: `s3://${BUCKET}/captures`,
      KmsKeyId: "",
    });
  });

  it.each([
    { retain: true, weight: 3, instances: 2 },
    { retain: false, weight: 1, instances: 1 },
  ])("with RetainAllVariantProperties $retain has weight $weight", async (expected) => {
    const EndpointName = `retain-${expected.retain}`;
    await createEndpoint(account, EndpointName);
    await account.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName,
        DesiredWeightsAndCapacities: [
          { VariantName: "AllTraffic", DesiredWeight: 3, DesiredInstanceCount: 2 },
        ],
      }),
    );
    await settled(account, EndpointName);
    const ProductionVariants = [variantOf(EndpointName)];
    await createConfig(account, `${EndpointName}-next`, { ProductionVariants });
    await update({ EndpointName, RetainAllVariantProperties: expected.retain });
    expect((await settled(account, EndpointName)).ProductionVariants).toMatchObject([
      { CurrentWeight: expected.weight, CurrentInstanceCount: expected.instances },
    ]);
  });

  it("goes back to the old configuration when the new model cannot be loaded, and says why", async () => {
    await createEndpoint(account, "unloadable");
    await createModel(account, "absent", { ModelDataUrl: `s3://${BUCKET}/nowhere.tar.gz` });
    await createConfig(account, "unloadable-next", { ProductionVariants: [variantOf("absent")] });
    await update({ EndpointName: "unloadable" });
    const after = await settled(account, "unloadable");
    expect(after).toMatchObject({ EndpointStatus: "InService", EndpointConfigName: "unloadable" });
    expect(after.FailureReason).toMatch(/nowhere\.tar\.gz.*NoSuchKey/);
  });
});

describe("an endpoint that never served", () => {
  it.each([
    { container: { Image: "somebody/else:1" }, reason: /Image "somebody\/else:1" cannot run here/ },
    { container: { ModelDataUrl: `s3://${BUCKET}/no` }, reason: /Failed to download model data/ },
  ])("fails: $reason", async ({ container, reason }) => {
    const name = `failed-${container.Image ? "image" : "artefact"}`;
    await createModel(account, `${name}-model`, container);
    const variants = [variantOf(`${name}-model`)];
    const endpoint = await createEndpoint(account, name, { ProductionVariants: variants });
    expect(endpoint.EndpointStatus).toBe("Failed");
    expect(endpoint.FailureReason).toMatch(reason);
  });
});

describe("UpdateEndpointWeightsAndCapacities", () => {
  it("shows the desired weights at once and the current ones when it is done", async () => {
    await createModel(account, "second");
    await createEndpoint(account, "shares", {
      ProductionVariants: [
        variantOf("shares", { VariantName: "champion" }),
        variantOf("second", { VariantName: "challenger", InitialVariantWeight: 0 }),
      ],
    });
    const shift = (VariantName: string, DesiredWeight: number) =>
      account.sagemaker.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName: "shares",
          DesiredWeightsAndCapacities: [{ VariantName, DesiredWeight }],
        }),
      );
    await shift("challenger", 0.05);
    const during = await account.sagemaker.send(
      new DescribeEndpointCommand({ EndpointName: "shares" }),
    );
    expect(during.EndpointStatus).toBe("Updating");
    expect(during.ProductionVariants?.[1]).toMatchObject({ CurrentWeight: 0, DesiredWeight: 0.05 });
    const after = await settled(account, "shares");
    expect(after.ProductionVariants?.[1]).toMatchObject({
      CurrentWeight: 0.05,
      DesiredWeight: 0.05,
    });
    await expect(shift("nobody", 1)).rejects.toThrow('Could not find variant "nobody"');
    await expect(shift("champion", -1)).rejects.toThrow("must not be negative");
  });
});

describe("faults, switched on", () => {
  it("roll an update back silently", async () => {
    await createEndpoint(account, "silent");
    await createConfig(account, "silent-next", { ProductionVariants: [variantOf("silent")] });
    await account.admin("faults", { rolledBackUpdateCount: 1 });
    await update({ EndpointName: "silent" });
    const after = await settled(account, "silent");
    expect(after).toMatchObject({ EndpointStatus: "InService", EndpointConfigName: "silent" });
    expect(after.FailureReason).toBeUndefined();
  });

  it("end an update in Failed, after which only deletion is left", async () => {
    await createEndpoint(account, "broken");
    await createConfig(account, "broken-next", { ProductionVariants: [variantOf("broken")] });
    await account.admin("faults", { failedDeploymentCount: 1 });
    await update({ EndpointName: "broken" });
    expect((await settled(account, "broken")).EndpointStatus).toBe("Failed");
    await expect(update({ EndpointName: "broken" })).rejects.toThrow(/in status Failed/);
  });

  it("show an endpoint as it was for a while after an update has begun", async () => {
    await createEndpoint(account, "stale");
    await createConfig(account, "stale-next", { ProductionVariants: [variantOf("stale")] });
    await account.admin("faults", { staleReadMillis: 30_000 });
    const before = await settled(account, "stale");
    await update({ EndpointName: "stale" });
    const first = await account.sagemaker.send(
      new DescribeEndpointCommand({ EndpointName: "stale" }),
    );
    expect({ ...first, $metadata: {} }).toEqual({ ...before, $metadata: {} });
    expect((await settled(account, "stale")).EndpointConfigName).toBe("stale-next");
    await account.admin("faults");
  });

  it("put an endpoint under maintenance, which takes no update", async () => {
    await createEndpoint(account, "maintained");
    await createConfig(account, "maintained-next", {
      ProductionVariants: [variantOf("maintained")],
    });
    await account.admin("faults", { endpointsInMaintenance: ["maintained"] });
    expect((await settled(account, "maintained")).EndpointStatus).toBe("SystemUpdating");
    await expect(update({ EndpointName: "maintained" })).rejects.toThrow(/in-progress/);
    await account.admin("faults");
    expect((await settled(account, "maintained")).EndpointStatus).toBe("InService");
  });

  it("are refused when nobody knows them", async () => {
    expect(await account.admin("faults", { earthquake: 1 })).toMatchObject({
      __type: "ValidationException",
      message: expect.stringContaining("earthquake"),
    });
  });
});
