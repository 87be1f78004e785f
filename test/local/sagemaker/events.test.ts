import {
  DeleteEndpointCommand,
  ListModelsCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHURN_IMAGE } from "../../../local/churn/churn-model.ts";
import {
  BUCKET,
  createEndpoint,
  openSimulatedAccount,
  type SimulatedAccount,
  settled,
  variantOf,
} from "../simulated-account.ts";
import { listenToEvents, type ReceivedEvent } from "../simulated-events.ts";
import { beginTraining } from "../simulated-training.ts";

let account: SimulatedAccount;
let received: () => Promise<readonly ReceivedEvent[]>;
beforeAll(async () => {
  account = await openSimulatedAccount();
  received = await listenToEvents(account);
});
afterAll(() => account.close());

/** Lets time pass, and the simulator notice. */
async function pass(millis: number): Promise<void> {
  account.passMillis(millis);
  await account.sagemaker.send(new ListModelsCommand({}));
}

describe("events of a training job", () => {
  it("tell each of its phases, in SageMaker's shape", async () => {
    await beginTraining(account, "told", { Tags: [{ Key: "plumbline:endpoint", Value: "churn" }] });
    await pass(60_000);
    const events = await received();
    expect(events.map(({ detail }) => detail["SecondaryStatus"])).toEqual([
      "Starting",
      "Downloading",
      "Training",
      "Uploading",
      "Completed",
    ]);
    const arn = "arn:aws:sagemaker:us-east-1:000000000000:training-job/told";
    const last = events.at(-1)!;
    expect(last).toMatchObject({
      "detail-type": "SageMaker Training Job State Change",
      source: "plumbline.sagemaker",
      resources: [arn],
      detail: {
        TrainingJobName: "told",
        TrainingJobArn: arn,
        TrainingJobStatus: "Completed",
        AlgorithmSpecification: { TrainingImage: CHURN_IMAGE },
        ModelArtifacts: { S3ModelArtifacts: `s3://${BUCKET}/models/told/output/model.tar.gz` },
        Tags: { "plumbline:endpoint": "churn" },
      },
    });
    const { CreationTime, TrainingEndTime } = last.detail;
    expect(Number(TrainingEndTime) - Number(CreationTime)).toBe(60_000);
  });

  it("are lost or come twice, as the faults say", async () => {
    await account.admin("faults", { lostEventCount: 1, doubledEventCount: 1 });
    await beginTraining(account, "faulty");
    await pass(0.25 * 60_000);
    const events = await received();
    expect(events.map(({ detail }) => detail["SecondaryStatus"])).toEqual([
      "Downloading",
      "Downloading",
    ]);
    expect(events[0]!.detail).toEqual(events[1]!.detail);
  });
});

describe("events of an endpoint", () => {
  it("tell each change of its status, spelled as events spell it", async () => {
    await received();
    await createEndpoint(account, "told", {
      ProductionVariants: [variantOf("told", { VariantName: "champion" })],
    });
    const DesiredWeightsAndCapacities = [{ VariantName: "champion", DesiredInstanceCount: 2 }];
    await account.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: "told",
        DesiredWeightsAndCapacities,
      }),
    );
    await settled(account, "told");
    await account.sagemaker.send(new DeleteEndpointCommand({ EndpointName: "told" }));
    const events = (await received()).filter(({ detail }) => detail["EndpointName"] === "told");
    expect(events.map(({ detail }) => detail["EndpointStatus"])).toEqual([
      "CREATING",
      "IN_SERVICE",
      "UPDATING",
      "IN_SERVICE",
      "DELETING",
    ]);
    expect(events[2]).toMatchObject({
      "detail-type": "SageMaker Endpoint State Change",
      resources: ["arn:aws:sagemaker:us-east-1:000000000000:endpoint/told"],
      detail: {
        EndpointName: "told",
        EndpointConfigName: "told",
        ProductionVariants: [
          { VariantName: "champion", CurrentInstanceCount: 1, DesiredInstanceCount: 2 },
        ],
        CreationTime: expect.any(Number),
        LastModifiedTime: expect.any(Number),
        Tags: {},
      },
    });
  });
});
