import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { DeleteEndpointCommand, UpdateEndpointCommand } from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createConfig,
  createEndpoint,
  openSimulatedAccount,
  type SimulatedAccount,
  settled,
  variantOf,
} from "../simulated-account.ts";

let account: SimulatedAccount;
let client: ApplicationAutoScalingClient;
beforeAll(async () => {
  account = await openSimulatedAccount();
  client = new ApplicationAutoScalingClient({
    region: "us-east-1",
    endpoint: account.simulator.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});
afterAll(() => account.close());

const DIMENSION = {
  ServiceNamespace: "sagemaker",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
} as const;

const idOf = (endpoint: string, variant = "AllTraffic") =>
  `endpoint/${endpoint}/variant/${variant}`;

const register = async (
  ResourceId: string,
  capacity: { MinCapacity?: number; MaxCapacity?: number },
) =>
  await client.send(new RegisterScalableTargetCommand({ ...DIMENSION, ResourceId, ...capacity }));

const targetsOf = async (endpoint: string) => {
  const command = new DescribeScalableTargetsCommand({
    ...DIMENSION,
    ResourceIds: [idOf(endpoint)],
  });
  return (await client.send(command)).ScalableTargets!;
};

const policiesOf = async (endpoint: string) => {
  const command = new DescribeScalingPoliciesCommand({ ...DIMENSION, ResourceId: idOf(endpoint) });
  return (await client.send(command)).ScalingPolicies!;
};

const policy = (endpoint: string) =>
  new PutScalingPolicyCommand({
    ...DIMENSION,
    ResourceId: idOf(endpoint),
    PolicyName: "invocations",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 70,
      PredefinedMetricSpecification: {
        PredefinedMetricType: "SageMakerVariantInvocationsPerInstance",
      },
    },
  });

describe("a scalable target", () => {
  it("is registered, changed, described and deregistered, its policies with it", async () => {
    await createEndpoint(account, "scaled");
    expect(await targetsOf("scaled")).toEqual([]);
    const { ScalableTargetARN } = await register(idOf("scaled"), {
      MinCapacity: 1,
      MaxCapacity: 4,
    });
    await register(idOf("scaled"), { MaxCapacity: 6 });
    expect(await targetsOf("scaled")).toMatchObject([
      { ResourceId: idOf("scaled"), MinCapacity: 1, MaxCapacity: 6, ScalableTargetARN },
    ]);
    await client.send(policy("scaled"));
    expect(await policiesOf("scaled")).toMatchObject([
      {
        PolicyName: "invocations",
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
      },
    ]);
    const named = { ...DIMENSION, ResourceId: idOf("scaled") };
    await client.send(new DeregisterScalableTargetCommand(named));
    expect([await targetsOf("scaled"), await policiesOf("scaled")]).toEqual([[], []]);
    const again = client.send(new DeregisterScalableTargetCommand(named));
    await expect(again).rejects.toMatchObject({ name: "ObjectNotFoundException" });
  });

  it("loses one policy and keeps the others", async () => {
    await createEndpoint(account, "policies");
    await register(idOf("policies"), { MinCapacity: 1, MaxCapacity: 2 });
    await client.send(policy("policies"));
    const named = { ...DIMENSION, ResourceId: idOf("policies"), PolicyName: "invocations" };
    await client.send(new DeleteScalingPolicyCommand(named));
    expect(await policiesOf("policies")).toEqual([]);
    const again = client.send(new DeleteScalingPolicyCommand(named));
    await expect(again).rejects.toMatchObject({ name: "ObjectNotFoundException" });
  });

  it("is refused of a variant that is not there, and without limits", async () => {
    const capacity = { MinCapacity: 1, MaxCapacity: 2 };
    await createEndpoint(account, "refused");
    await expect(register(idOf("refused", "other"), capacity)).rejects.toThrow(
      /No endpoint variant/,
    );
    await expect(register(idOf("refused"), { MinCapacity: 3 })).rejects.toThrow(/MaxCapacity/);
    await expect(client.send(policy("refused"))).rejects.toThrow(/No scalable target registered/);
  });
});

describe("an endpoint whose variant scales", () => {
  const update = (EndpointName: string, EndpointConfigName: string) =>
    account.sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName }));

  it("cannot lose it, nor move it to other instances, but may change its model", async () => {
    await createEndpoint(account, "bound");
    await register(idOf("bound"), { MinCapacity: 1, MaxCapacity: 2 });
    const configs = {
      "bound-renamed": variantOf("bound", { VariantName: "other" }),
      "bound-larger": variantOf("bound", { InstanceType: "ml.m5.4xlarge" }),
      "bound-same": variantOf("bound"),
    };
    for (const [name, variant] of Object.entries(configs)) {
      await createConfig(account, name, { ProductionVariants: [variant] });
    }
    const message = 'The variant(s) "[AllTraffic]" must be deregistered as scalable targets';
    await expect(update("bound", "bound-renamed")).rejects.toThrow(message);
    await expect(update("bound", "bound-larger")).rejects.toThrow(message);
    await update("bound", "bound-same");
    expect((await settled(account, "bound")).EndpointConfigName).toBe("bound-same");
    await client.send(
      new DeregisterScalableTargetCommand({ ...DIMENSION, ResourceId: idOf("bound") }),
    );
    await update("bound", "bound-renamed");
  });

  it("takes its scaling with it when it is deleted", async () => {
    await createEndpoint(account, "gone");
    await register(idOf("gone"), { MinCapacity: 1, MaxCapacity: 2 });
    await account.sagemaker.send(new DeleteEndpointCommand({ EndpointName: "gone" }));
    await settled(account, "gone").catch(() => undefined);
    expect(await targetsOf("gone")).toEqual([]);
  });
});
