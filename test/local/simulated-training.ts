import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
} from "@aws-sdk/client-sagemaker";
import { CHURN_IMAGE } from "../../local/churn/churn-model.ts";
import { BUCKET, ROLE, type SimulatedAccount } from "./simulated-account.ts";

/** Begins a training job on the churn training set. */
export async function beginTraining(
  { s3, sagemaker, training }: SimulatedAccount,
  TrainingJobName: string,
  changes: Partial<CreateTrainingJobCommandInput> = {},
): Promise<void> {
  const Body = training.rows.map(({ label, values }) => [label, ...values].join(",")).join("\n");
  const Key = "training/rows.csv";
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const S3DataSource = { S3DataType: "S3Prefix" as const, S3Uri: `s3://${BUCKET}/${Key}` };
  await sagemaker.send(
    new CreateTrainingJobCommand({
      TrainingJobName,
      RoleArn: ROLE,
      AlgorithmSpecification: { TrainingImage: CHURN_IMAGE, TrainingInputMode: "File" },
      InputDataConfig: [{ ChannelName: "train", DataSource: { S3DataSource } }],
      OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models` },
      ResourceConfig: { InstanceType: "ml.m5.xlarge", InstanceCount: 1, VolumeSizeInGB: 5 },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      HyperParameters: { features: training.features.join(",") },
      ...changes,
    }),
  );
}

/** The same, and lets the minute pass that it takes. */
export async function train(
  account: SimulatedAccount,
  TrainingJobName: string,
): Promise<DescribeTrainingJobCommandOutput> {
  await beginTraining(account, TrainingJobName);
  account.passMillis(60_000);
  return await account.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
}
