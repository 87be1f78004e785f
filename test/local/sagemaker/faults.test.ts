import {
  CreateEndpointCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  SageMakerClient,
  UpdateEndpointCommand,
} from "@aws-sdk/client-sagemaker";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
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
afterEach(() => account.admin("faults"));
afterAll(() => account.close());

const update = async (EndpointName: string, EndpointConfigName = `${EndpointName}-next`) =>
  await account.sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName }));

describe("faults of a name", () => {
  it("strike what is called so, and stay beside those of others", async () => {
    for (const name of ["sour", "sweet"]) {
      await createEndpoint(account, name);
      await createModel(account, `${name}-second`);
      const ProductionVariants = [variantOf(`${name}-second`)];
      await createConfig(account, `${name}-next`, { ProductionVariants });
    }
    await account.admin("faults", { of: "sour", rolledBackUpdateCount: 1 });
    await account.admin("faults", { of: "another", rolledBackUpdateCount: 1 });
    for (const name of ["sweet", "sour"]) await update(name);
    account.passMillis(60_000);
    const served = async (name: string) => (await settled(account, name)).EndpointConfigName;
    expect([await served("sweet"), await served("sour")]).toEqual(["sweet-next", "sour"]);
  });
});

describe("what was just created", () => {
  it("is not found by the calls that need it, for a while", async () => {
    await createEndpoint(account, "late");
    await account.admin("faults", { lateVisibilityMillis: 5_000 });
    await createModel(account, "late-model");
    const ProductionVariants = [variantOf("late-model")];
    const early = createConfig(account, "late-next", { ProductionVariants });
    await expect(early).rejects.toThrow('Could not find model "');
    account.passMillis(5_000);
    await createConfig(account, "late-next", { ProductionVariants });
    await expect(update("late")).rejects.toThrow('Could not find endpoint configuration "');
    const names = { EndpointName: "late-other", EndpointConfigName: "late-next" };
    const create = () => account.sagemaker.send(new CreateEndpointCommand(names));
    await expect(create()).rejects.toThrow('Could not find endpoint configuration "');
    const described = new DescribeEndpointConfigCommand({ EndpointConfigName: "late-next" });
    expect((await account.sagemaker.send(described)).EndpointConfigName).toBe("late-next");
    account.passMillis(5_000);
    await update("late");
    await create();
  });
});

describe("want of instances", () => {
  it("rolls an update back, and says why", async () => {
    await createEndpoint(account, "full");
    await createConfig(account, "full-next", { ProductionVariants: [variantOf("full")] });
    await account.admin("faults", { capacityDeploymentCount: 1 });
    await update("full");
    expect(await settled(account, "full")).toMatchObject({
      EndpointStatus: "InService",
      EndpointConfigName: "full",
      FailureReason: expect.stringContaining("InsufficientInstanceCapacity"),
    });
    await update("full");
    expect((await settled(account, "full")).EndpointConfigName).toBe("full-next");
  });
});

describe("throttling", () => {
  it("of an operation goes on until it is switched off", async () => {
    await createEndpoint(account, "throttled");
    const client = new SageMakerClient({
      region: "us-east-1",
      endpoint: account.simulator.url,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    });
    const describeEndpoint = () =>
      client.send(new DescribeEndpointCommand({ EndpointName: "throttled" }));
    await account.admin("faults", { throttledOperations: ["DescribeEndpoint"] });
    for (let time = 0; time < 3; time++) {
      await expect(describeEndpoint()).rejects.toThrow("Rate exceeded");
    }
    await account.admin("faults");
    expect((await describeEndpoint()).EndpointName).toBe("throttled");
  });
});
