import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { UpdateEndpointCommand } from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  BUCKET,
  createConfig,
  createEndpoint,
  createModel,
  openSimulatedAccount,
  readCaptures,
  type SimulatedAccount,
  settled,
  variantOf,
} from "../simulated-account.ts";
import { train } from "../simulated-training.ts";

const REQUESTS = 60;

let account: SimulatedAccount;
beforeAll(async () => {
  account = await openSimulatedAccount();
});
afterAll(() => account.close());

const DataCaptureConfig = {
  EnableCapture: true,
  InitialSamplingPercentage: 100,
  DestinationS3Uri: `s3://${BUCKET}/captures`,
  CaptureOptions: [{ CaptureMode: "Input" as const }, { CaptureMode: "Output" as const }],
  CaptureContentTypeHeader: { CsvContentTypes: ["text/csv"] },
};

/** An endpoint whose requests a shadow of that model gets, too. */
async function createShadowed(name: string, model: string, InitialVariantWeight = 1) {
  await createEndpoint(account, name, { DataCaptureConfig });
  await createConfig(account, `${name}-next`, {
    ProductionVariants: [variantOf(name)],
    ShadowProductionVariants: [variantOf(model, { VariantName: "shadow", InitialVariantWeight })],
    DataCaptureConfig,
  });
  const EndpointConfigName = `${name}-next`;
  await account.sagemaker.send(
    new UpdateEndpointCommand({
      EndpointName: name,
      EndpointConfigName,
      RetainAllVariantProperties: true,
    }),
  );
  return await settled(account, name);
}

async function sendTraffic(EndpointName: string): Promise<readonly (string | undefined)[]> {
  const rows = account.training.rows.slice(0, REQUESTS);
  return await Promise.all(
    rows.map(async ({ values }, index) => {
      const Body = Buffer.from(values.join(","));
      const input = { EndpointName, ContentType: "text/csv", Body, InferenceId: `r-${index}` };
      return (await account.runtime.send(new InvokeEndpointCommand(input)))
        .InvokedProductionVariant;
    }),
  );
}

async function recordsOf(endpoint: string, variant: string) {
  await account.admin("flush");
  const files = await readCaptures(account, `captures/${endpoint}/${variant}/`);
  return [...files.values()].flat();
}

describe("a shadow variant", () => {
  it("shows beside the production variant", async () => {
    await createModel(account, "described-challenger");
    expect(await createShadowed("described", "described-challenger", 0.5)).toMatchObject({
      EndpointConfigName: "described-next",
      ProductionVariants: [{ VariantName: "AllTraffic", CurrentWeight: 1 }],
      ShadowProductionVariants: [{ VariantName: "shadow", CurrentWeight: 0.5 }],
    });
  });

  it("gets a copy of each request, is captured by its own name, and answers nobody", async () => {
    await createModel(account, "copied-challenger");
    await createShadowed("copied", "copied-challenger");
    expect(new Set(await sendTraffic("copied"))).toEqual(new Set(["AllTraffic"]));
    const [production, shadow] = [
      await recordsOf("copied", "AllTraffic"),
      await recordsOf("copied", "shadow"),
    ];
    const idsOf = (records: typeof shadow) =>
      records.map(({ eventMetadata }) => eventMetadata.inferenceId).sort();
    expect(production).toHaveLength(REQUESTS);
    expect(idsOf(shadow)).toEqual(idsOf(production));
  });

  it("gets only so many as its weight says", async () => {
    await createModel(account, "sampled-challenger");
    await createShadowed("sampled", "sampled-challenger", 0.5);
    await sendTraffic("sampled");
    const { length } = await recordsOf("sampled", "shadow");
    // 30 ± 4 standard deviations of a binomial of 60
    expect(length).toBeGreaterThan(14);
    expect(length).toBeLessThan(46);
  });

  it("may fail, which its own metrics tell and no caller learns", async () => {
    await account.admin("faults", { erroringTrainingCount: 1, errorFraction: 1 });
    const { ModelArtifacts } = await train(account, "erring");
    const ModelDataUrl = ModelArtifacts!.S3ModelArtifacts!;
    await createModel(account, "erring-challenger", { ModelDataUrl });
    await createShadowed("erring", "erring-challenger");
    expect(await sendTraffic("erring")).toHaveLength(REQUESTS);
    await account.admin("flush");
    const errorsOf = async (variant: string) => {
      const { Datapoints } = await account.cloudWatch.send(
        new GetMetricStatisticsCommand({
          Namespace: "AWS/SageMaker",
          MetricName: "Invocation5XXErrors",
          Dimensions: [
            { Name: "EndpointName", Value: "erring" },
            { Name: "VariantName", Value: variant },
          ],
          StartTime: new Date(Date.now() - 3_600_000),
          EndTime: new Date(Date.now() + 24 * 3_600_000),
          Period: 24 * 3600,
          Statistics: ["Sum"],
        }),
      );
      return Datapoints!.reduce((sum, { Sum }) => sum + Sum!, 0);
    };
    expect([await errorsOf("AllTraffic"), await errorsOf("shadow")]).toEqual([0, REQUESTS]);
  });

  it("is refused beside two variants, or under the name of the other", async () => {
    await createModel(account, "refused");
    const shadow = variantOf("refused", { VariantName: "shadow" });
    const config = (variants: string[], ShadowProductionVariants: (typeof shadow)[]) =>
      createConfig(account, "refused", {
        ProductionVariants: variants.map((VariantName) => variantOf("refused", { VariantName })),
        ShadowProductionVariants,
      });
    await expect(config(["a", "b"], [shadow])).rejects.toThrow(
      "ShadowProductionVariants takes one",
    );
    await expect(config(["shadow"], [shadow])).rejects.toThrow(
      "ShadowProductionVariants takes one",
    );
  });
});
