import {
  CreateEndpointCommand,
  CreateModelCommand,
  CreateModelPackageCommand,
  type CreateModelPackageCommandInput,
  CreateModelPackageGroupCommand,
  DescribeModelCommand,
  DescribeModelPackageCommand,
  DescribeModelPackageGroupCommand,
  ListModelPackagesCommand,
  ListTagsCommand,
  UpdateModelPackageCommand,
  type UpdateModelPackageCommandInput,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHURN_IMAGE } from "../../../local/churn/churn-model.ts";
import {
  BUCKET,
  createConfig,
  openSimulatedAccount,
  ROLE,
  type SimulatedAccount,
  settled,
  variantOf,
} from "../simulated-account.ts";
import { listenToEvents, type ReceivedEvent } from "../simulated-events.ts";

const GROUP = "Churn-Models";
const ARN = "arn:aws:sagemaker:us-east-1:000000000000:model-package/churn-models";

let account: SimulatedAccount;
let received: () => Promise<readonly ReceivedEvent[]>;
beforeAll(async () => {
  account = await openSimulatedAccount();
  received = await listenToEvents(account);
  await send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: GROUP }));
});
afterAll(() => account.close());

const send: SimulatedAccount["sagemaker"]["send"] = ((command: never) =>
  account.sagemaker.send(command)) as never;

const metrics = (name: string) => ({
  ContentType: "application/json",
  S3Uri: `s3://${BUCKET}/evaluations/${name}.json`,
  ContentDigest: "sha256:4dc8a7e4a010a19bb9e0a6b063f355393f6e623603361bd8b105f554d4f0c004",
});

async function register(changes: Partial<CreateModelPackageCommandInput> = {}): Promise<string> {
  const ModelDataUrl = `s3://${BUCKET}/models/model.tar.gz`;
  const { ModelPackageArn } = await send(
    new CreateModelPackageCommand({
      ModelPackageGroupName: GROUP,
      InferenceSpecification: {
        Containers: [{ Image: CHURN_IMAGE, ModelDataUrl }],
        SupportedContentTypes: ["text/csv"],
        SupportedResponseMIMETypes: ["text/csv"],
      },
      ModelMetrics: { ModelQuality: { Statistics: metrics("statistics") } },
      DriftCheckBaselines: { ModelDataQuality: { Constraints: metrics("constraints") } },
      CustomerMetadataProperties: { run: "churn-1a2b", manifestSha256: "4dc8a7e4" },
      ...changes,
    }),
  );
  return ModelPackageArn!;
}

const read = async (ModelPackageName: string) =>
  await send(new DescribeModelPackageCommand({ ModelPackageName }));

const update = async (input: UpdateModelPackageCommandInput) =>
  await send(new UpdateModelPackageCommand(input));

describe("the registry", () => {
  it("has a group once", async () => {
    const group = await send(
      new DescribeModelPackageGroupCommand({ ModelPackageGroupName: GROUP }),
    );
    expect(group).toMatchObject({
      ModelPackageGroupName: GROUP,
      ModelPackageGroupArn:
        "arn:aws:sagemaker:us-east-1:000000000000:model-package-group/churn-models",
      ModelPackageGroupStatus: "Completed",
    });
    const again = new CreateModelPackageGroupCommand({ ModelPackageGroupName: GROUP });
    await expect(send(again)).rejects.toThrow("Model Package Group already exists");
    const nobody = new DescribeModelPackageGroupCommand({ ModelPackageGroupName: "nobody" });
    await expect(send(nobody)).rejects.toThrow("does not exist");
  });

  it("numbers the versions of a group, and takes each client token once", async () => {
    const first = await register({ ClientToken: "run-1" });
    expect(await register({ ClientToken: "run-1" })).toBe(first);
    const second = await register({ ClientToken: "run-2", Tags: [{ Key: "a", Value: "b" }] });
    expect([first, second]).toEqual([`${ARN}/1`, `${ARN}/2`]);
    expect(await read(second)).toMatchObject({
      ModelPackageGroupName: GROUP,
      ModelPackageVersion: 2,
      ModelPackageStatus: "Completed",
      ModelApprovalStatus: "PendingManualApproval",
      ModelMetrics: { ModelQuality: { Statistics: metrics("statistics") } },
      CustomerMetadataProperties: { run: "churn-1a2b" },
    });
    const { Tags } = await send(new ListTagsCommand({ ResourceArn: second }));
    expect(Tags).toEqual([{ Key: "a", Value: "b" }]);
  });

  it("changes what may change", async () => {
    const ModelPackageArn = await register();
    await update({
      ModelPackageArn,
      ModelApprovalStatus: "Approved",
      ApprovalDescription: "better by 0.02",
      CustomerMetadataProperties: { approvedBy: "someone@example.com" },
      CustomerMetadataPropertiesToRemove: ["manifestSha256"],
    });
    expect(await read(ModelPackageArn)).toMatchObject({
      ModelApprovalStatus: "Approved",
      ApprovalDescription: "better by 0.02",
      CustomerMetadataProperties: { run: "churn-1a2b", approvedBy: "someone@example.com" },
    });
    await update({ ModelPackageArn, ModelApprovalStatus: "Rejected" });
    const list = { ModelPackageGroupName: GROUP, ModelApprovalStatus: "Rejected" } as const;
    const { ModelPackageSummaryList } = await send(new ListModelPackagesCommand(list));
    expect(ModelPackageSummaryList).toMatchObject([
      { ModelPackageArn, ModelApprovalStatus: "Rejected", ModelPackageStatus: "Completed" },
    ]);
  });

  it.each([
    { why: "JSON", metadata: { report: '{"auc":0.9}' }, message: "regular expression pattern" },
    { why: "long", metadata: { run: "r".repeat(257) }, message: "less than or equal to 256" },
    { why: "empty", metadata: { run: "" }, message: "greater than or equal to 1" },
    { why: "long", metadata: { ["k".repeat(129)]: "v" }, message: "less than or equal to 128" },
  ])("refuses metadata that is $why", async ({ metadata, message }) => {
    const refused = register({ CustomerMetadataProperties: metadata });
    await expect(refused).rejects.toThrow(message);
  });

  it("refuses unknown versions, long descriptions, long client tokens", async () => {
    await expect(read(`${ARN}/99`)).rejects.toThrow(`ModelPackage ${ARN}/99 does not exist.`);
    const ModelPackageArn = await register();
    const long = update({ ModelPackageArn, ApprovalDescription: "d".repeat(1025) });
    await expect(long).rejects.toThrow("less than or equal to 1024");
    await expect(register({ ClientToken: "t".repeat(37) })).rejects.toThrow("clientToken");
  });
});

describe("events of a model package", () => {
  it("tell its creation, and which fields an update gave", async () => {
    await received();
    const ModelPackageArn = await register();
    await update({ ModelPackageArn, ModelApprovalStatus: "Approved" });
    await update({ ModelPackageArn, CustomerMetadataProperties: { canary: "c-1" } });
    const [created, approved, noted] = await received();
    expect(created).toMatchObject({
      "detail-type": "SageMaker Model Package State Change",
      resources: [ModelPackageArn],
      detail: {
        ModelPackageGroupName: GROUP,
        ModelPackageArn,
        ModelPackageStatus: "Completed",
        ModelApprovalStatus: "PendingManualApproval",
      },
    });
    expect(created!.detail["UpdatedModelPackageFields"]).toBeUndefined();
    expect(approved!.detail).toMatchObject({
      ModelApprovalStatus: "Approved",
      UpdatedModelPackageFields: ["ModelApprovalStatus"],
    });
    expect(noted!.detail).toMatchObject({
      ModelApprovalStatus: "Approved",
      UpdatedModelPackageFields: ["CustomerMetadataProperties"],
    });
  });
});

describe("a model of a model package", () => {
  const ofPackage = (ModelName: string, ModelPackageName: string) =>
    new CreateModelCommand({
      ModelName,
      ExecutionRoleArn: ROLE,
      Containers: [{ ModelPackageName }],
    });

  it("is refused until the package is approved, and serves then", async () => {
    const ModelPackageArn = await register();
    const early = send(ofPackage("packaged", ModelPackageArn));
    await expect(early).rejects.toThrow("PendingManualApproval, and must be Approved");
    await update({ ModelPackageArn, ModelApprovalStatus: "Approved" });
    await send(ofPackage("packaged", ModelPackageArn));
    const model = await send(new DescribeModelCommand({ ModelName: "packaged" }));
    expect(model.Containers).toEqual([{ ModelPackageName: ModelPackageArn }]);

    await createConfig(account, "packaged", { ProductionVariants: [variantOf("packaged")] });
    const names = { EndpointName: "packaged", EndpointConfigName: "packaged" };
    await send(new CreateEndpointCommand(names));
    expect(await settled(account, "packaged")).toMatchObject({
      EndpointStatus: "InService",
      ProductionVariants: [{ DeployedImages: [{ SpecifiedImage: CHURN_IMAGE }] }],
    });
    const answer = await account.runtime.send(
      new InvokeEndpointCommand({
        EndpointName: "packaged",
        ContentType: "text/csv",
        Body: Buffer.from(account.training.rows[0]!.values.join(",")),
      }),
    );
    expect(Number(Buffer.from(answer.Body).toString())).toBeGreaterThan(0);
  });
});
