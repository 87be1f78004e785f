import { setTimeout as sleep } from "node:timers/promises";
import {
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  type DeploymentConfig,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createConfig,
  createEndpoint,
  createModel,
  openSimulatedAccount,
  type SimulatedAccount,
  variantOf,
} from "../simulated-account.ts";
import { listenToEvents, type ReceivedEvent } from "../simulated-events.ts";

const TRANSITION_MILLIS = 10_000;
const BAKE_SECONDS = 600;
const INSTANCES = 4;

let account: SimulatedAccount;
let received: () => Promise<readonly ReceivedEvent[]>;
beforeAll(async () => {
  account = await openSimulatedAccount({ transitionMillis: TRANSITION_MILLIS });
  received = await listenToEvents(account);
  await account.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "canary-errors",
      Namespace: "AWS/SageMaker",
      MetricName: "Invocation5XXErrors",
      Statistic: "Average",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0.5,
      ComparisonOperator: "GreaterThanThreshold",
    }),
  );
});
afterAll(() => account.close());

const fleet = (model: string) => variantOf(model, { InitialInstanceCount: INSTANCES });

function canary(
  changes: Partial<DeploymentConfig["BlueGreenUpdatePolicy"]> = {},
): DeploymentConfig {
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: {
        Type: "CANARY",
        WaitIntervalInSeconds: BAKE_SECONDS,
        CanarySize: { Type: "INSTANCE_COUNT", Value: 1 },
      },
      TerminationWaitInSeconds: 60,
      MaximumExecutionTimeoutInSeconds: 3600,
      ...changes,
    },
    AutoRollbackConfiguration: { Alarms: [{ AlarmName: "canary-errors" }] },
  };
}

async function update(name: string, DeploymentConfig: DeploymentConfig = canary()) {
  const names = { EndpointName: name, EndpointConfigName: `${name}-next` };
  await account.sagemaker.send(new UpdateEndpointCommand({ ...names, DeploymentConfig }));
}

/** An endpoint of four instances, and a configuration with another model for it. */
async function prepare(name: string): Promise<void> {
  await createEndpoint(account, name, { ProductionVariants: [fleet(name)] });
  await createModel(account, `${name}-challenger`);
  await createConfig(account, `${name}-next`, {
    ProductionVariants: [fleet(`${name}-challenger`)],
  });
}

const read = async (EndpointName: string) =>
  await account.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));

async function readAfter(name: string, millis: number) {
  account.passMillis(millis);
  return await read(name);
}

async function ring(StateValue: "ALARM" | "OK"): Promise<void> {
  const StateReason = "a test says so";
  await account.cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: "canary-errors", StateValue, StateReason }),
  );
}

async function sendTraffic(EndpointName: string, count: number): Promise<void> {
  const Body = Buffer.from(account.training.rows[0]!.values.join(","));
  const invoke = { EndpointName, ContentType: "text/csv", Body };
  const requests = Array.from({ length: count }, () =>
    account.runtime.send(new InvokeEndpointCommand(invoke)),
  );
  await Promise.all(requests);
}

async function invocationsOf(endpoint: string, config?: string): Promise<number> {
  await account.admin("flush");
  const { Datapoints } = await account.cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/SageMaker",
      MetricName: "Invocations",
      Dimensions: [
        { Name: "EndpointName", Value: endpoint },
        { Name: "VariantName", Value: "AllTraffic" },
        ...(config === undefined ? [] : [{ Name: "EndpointConfigName", Value: config }]),
      ],
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 24 * 3_600_000),
      Period: 24 * 3600,
      Statistics: ["Sum"],
    }),
  );
  return Datapoints!.reduce((sum, { Sum }) => sum + Sum!, 0);
}

describe("a guarded update", () => {
  it("moves traffic by its stages, and ends with the new configuration alone", async () => {
    await prepare("staged");
    await received();
    await update("staged");
    const pending = (status: string) => ({
      EndpointStatus: "Updating",
      EndpointConfigName: "staged",
      PendingDeploymentSummary: {
        EndpointConfigName: "staged-next",
        ProductionVariants: [{ VariantName: "AllTraffic", VariantStatus: [{ Status: status }] }],
      },
    });
    expect(await read("staged")).toMatchObject(pending("Creating"));
    expect(await readAfter("staged", 0.7 * TRANSITION_MILLIS)).toMatchObject(pending("Baking"));
    await sendTraffic("staged", 200);
    const canaryCount = await invocationsOf("staged", "staged-next");
    // A quarter of 200 ± 4 standard deviations of a binomial
    expect(canaryCount).toBeGreaterThan(25);
    expect(canaryCount).toBeLessThan(75);
    expect(await invocationsOf("staged")).toBe(200);
    await readAfter("staged", BAKE_SECONDS * 1000);
    const after = await readAfter("staged", TRANSITION_MILLIS + 60_000);
    expect(after).toMatchObject({
      EndpointStatus: "InService",
      EndpointConfigName: "staged-next",
      LastDeploymentConfig: { AutoRollbackConfiguration: canary().AutoRollbackConfiguration },
    });
    expect([after.PendingDeploymentSummary, after.FailureReason]).toEqual([undefined, undefined]);
    const told = (await received()).filter(
      (event) => event["detail-type"] === "SageMaker Endpoint Deployment State Change",
    );
    expect(told.map(({ detail }) => statusIn(detail))).toEqual([
      "Creating",
      "ActivatingTraffic",
      "Baking",
      "ActivatingTraffic",
      "Baking",
      "Deleting",
    ]);
    expect(told[2]!.detail).toMatchObject({
      EndpointStatus: "UPDATING",
      EndpointConfigName: "staged",
      PendingDeploymentSummary: { EndpointConfigName: "staged-next" },
    });
  });

  const statusIn = (detail: ReceivedEvent["detail"]) => {
    const summary = detail["PendingDeploymentSummary"] as {
      ProductionVariants: { VariantStatus: { Status: string }[] }[];
    };
    return summary.ProductionVariants[0]!.VariantStatus[0]!.Status;
  };

  it("goes back while it bakes when one of its alarms rings, and says so", async () => {
    await prepare("alarmed");
    await update("alarmed");
    await readAfter("alarmed", 0.7 * TRANSITION_MILLIS);
    await ring("ALARM");
    await read("alarmed");
    await sendTraffic("alarmed", 20);
    expect(await invocationsOf("alarmed", "alarmed-next")).toBe(0);
    expect(await readAfter("alarmed", TRANSITION_MILLIS)).toMatchObject({
      EndpointStatus: "InService",
      EndpointConfigName: "alarmed",
      FailureReason: "Rolled back, because of the alarms in state ALARM: canary-errors.",
    });
    await ring("OK");
  });

  it("goes back by itself, though nobody asks", async () => {
    await prepare("alone");
    await update("alone");
    await readAfter("alone", 0.7 * TRANSITION_MILLIS);
    await ring("ALARM");
    await sleep(500);
    await ring("OK");
    expect((await readAfter("alone", TRANSITION_MILLIS)).EndpointConfigName).toBe("alone");
  });

  it("never gives traffic to a fleet that cannot serve", async () => {
    await prepare("unservable");
    await createModel(account, "absent", { ModelDataUrl: "s3://nowhere/model.tar.gz" });
    await createConfig(account, "unservable-next-2", { ProductionVariants: [fleet("absent")] });
    const names = { EndpointName: "unservable", EndpointConfigName: "unservable-next-2" };
    const input = { ...names, DeploymentConfig: canary() };
    await account.sagemaker.send(new UpdateEndpointCommand(input));
    await readAfter("unservable", 0.7 * TRANSITION_MILLIS);
    await sendTraffic("unservable", 5);
    const after = await readAfter("unservable", TRANSITION_MILLIS);
    expect(after.EndpointConfigName).toBe("unservable");
    expect(after.FailureReason).toMatch(/did not pass the ping health check/);
  });

  it("bakes as long as the simulator is told", async () => {
    await prepare("short");
    await account.admin("durations", { bakeMillis: 1000 });
    await update("short");
    await account.admin("durations", { bakeMillis: null });
    const after = await readAfter("short", TRANSITION_MILLIS + 2000);
    expect(after.EndpointConfigName).toBe("short-next");
  });

  it("is refused when SageMaker's limits do not allow it", async () => {
    await prepare("limits");
    const routing = (CanarySize: { Type: "INSTANCE_COUNT" | "CAPACITY_PERCENT"; Value: number }) =>
      canary({
        TrafficRoutingConfiguration: { Type: "CANARY", WaitIntervalInSeconds: 1, CanarySize },
      });
    const tooLarge = update("limits", routing({ Type: "INSTANCE_COUNT", Value: 3 }));
    await expect(tooLarge).rejects.toThrow("less than or equal to 50 percent");
    const most = routing({ Type: "CAPACITY_PERCENT", Value: 51 });
    await expect(update("limits", most)).rejects.toThrow("less than or equal to 50 percent");
    const AutoRollbackConfiguration = { Alarms: [{ AlarmName: "nobody" }] };
    const unknown = update("limits", { ...canary(), AutoRollbackConfiguration });
    await expect(unknown).rejects.toThrow("Could not find CloudWatch alarms [nobody]");
    const bake = canary({
      TrafficRoutingConfiguration: {
        Type: "CANARY",
        WaitIntervalInSeconds: 3601,
        CanarySize: { Type: "INSTANCE_COUNT", Value: 1 },
      },
    });
    await expect(update("limits", bake)).rejects.toThrow("between 0 and 3600");
    await createConfig(account, "limits-renamed", {
      ProductionVariants: [variantOf("limits", { VariantName: "other" })],
    });
    const names = { EndpointName: "limits", EndpointConfigName: "limits-renamed" };
    const input = { ...names, DeploymentConfig: canary() };
    const renamed = account.sagemaker.send(new UpdateEndpointCommand(input));
    await expect(renamed).rejects.toThrow("Variant names must not change");
    expect((await read("limits")).EndpointStatus).toBe("InService");
  });
});
