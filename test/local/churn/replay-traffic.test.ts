import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createChurnEndpoint } from "../../../local/churn/churn-endpoint.ts";
import { trainChurnModel } from "../../../local/churn/churn-model.ts";
import { readAllRows } from "../../../local/churn/churn-rows.ts";
import { churnGenerator } from "../../../local/churn/generate-rows.ts";
import { replayTraffic, type TrafficPlan } from "../../../local/churn/replay-traffic.ts";
import { changeCapture } from "../../../shared/aws/capture-configuration.ts";
import {
  BUCKET,
  openSimulatedAccount,
  readCaptures,
  type SimulatedAccount,
} from "../simulated-account.ts";

let account: SimulatedAccount;
beforeAll(async () => {
  account = await openSimulatedAccount({ transitionMillis: 50 });
  const { s3, sagemaker, training, simulator } = account;
  const model = trainChurnModel(training);
  await createChurnEndpoint({ s3, sagemaker, bucket: BUCKET, endpoint: "churn", model });
  process.env.AWS_ENDPOINT_URL_SAGEMAKER = simulator.url;
  process.env.AWS_REGION = "us-east-1";
  process.env.AWS_ACCESS_KEY_ID = "test";
  process.env.AWS_SECRET_ACCESS_KEY = "test";
  await changeCapture("churn", { enabled: true, destination: `s3://${BUCKET}/captures` });
});
afterAll(() => account.close());

const plan = (changes: Partial<TrafficPlan> = {}): TrafficPlan => ({
  client: account.runtime,
  endpoint: "churn",
  features: account.training.features,
  nextRow: churnGenerator(readAllRows(), 1),
  fromMillis: Date.parse("2026-01-15T10:00:00Z"),
  hours: 3,
  rowsPerHour: 60,
  seed: 1,
  idPrefix: "clean",
  ...changes,
});

describe("replayTraffic", () => {
  it("captures several hours in their hours, each request once, with its label known", async () => {
    const seen: number[] = [];
    const onProgress = ({ sentCount }: { sentCount: number }) => seen.push(sentCount);
    const traffic = await replayTraffic(plan({ onProgress }));
    await account.admin("flush");
    const files = await readCaptures(account, "captures/churn/AllTraffic/2026/01/15/");
    const hours = new Map<string, number>();
    const ids = new Set<string>();
    for (const [key, records] of files) {
      const hour = key.split("/").at(-2)!;
      hours.set(hour, (hours.get(hour) ?? 0) + records.length);
      for (const { eventMetadata } of records) {
        expect(eventMetadata.inferenceTime.slice(11, 13)).toBe(hour);
        ids.add(eventMetadata.inferenceId!);
      }
    }
    expect(Object.fromEntries(hours)).toEqual({ 10: 60, 11: 60, 12: 60 });
    expect(traffic).toMatchObject({ sentCount: 180, failedCount: 0 });
    expect([...ids].sort()).toEqual([...traffic.labels.keys()].sort());
    expect(seen).toEqual(Array.from({ length: 180 }, (_, index) => index + 1));
  });

  it("sends what an upstream change makes of the same customers", async () => {
    const fromMillis = Date.parse("2026-01-16T10:00:00Z");
    const changes = [{ kind: "missing", feature: "Day Mins" }] as const;
    await replayTraffic(plan({ fromMillis, hours: 1, idPrefix: "changed", changes }));
    await account.admin("flush");
    const files = await readCaptures(account, "captures/churn/AllTraffic/2026/01/16/");
    const index = account.training.features.indexOf("Day Mins");
    const values = [...files.values()]
      .flat()
      .map(({ captureData }) => captureData.endpointInput!.data.split(",")[index]);
    expect(values).toEqual(Array(60).fill(""));
  });

  it("does not take an endpoint that is not there for an answer", async () => {
    await expect(replayTraffic(plan({ endpoint: "nobody" }))).rejects.toThrow(/not found/);
  });
});
