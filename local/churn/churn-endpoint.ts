import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  type SageMakerClient,
  waitUntilEndpointInService,
} from "@aws-sdk/client-sagemaker";
import { packModel } from "../logistic-regression/artefact.ts";
import type { LogisticModel } from "../logistic-regression/model.ts";
import { CHURN_IMAGE } from "./churn-model.ts";

export interface ChurnEndpointPlan {
  readonly s3: S3Client;
  readonly sagemaker: SageMakerClient;
  readonly bucket: string;
  readonly endpoint: string;
  readonly model: LogisticModel;
}

const EXECUTION_ROLE = "arn:aws:iam::000000000000:role/churn-endpoint";

/** Brings the model into service as a user would have, data capture not yet on. */
export async function createChurnEndpoint(plan: ChurnEndpointPlan): Promise<void> {
  const { s3, sagemaker, bucket, endpoint, model } = plan;
  const key = `models/${endpoint}/initial/model.tar.gz`;
  const Body = await packModel(model);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  const name = `${endpoint}-initial`;
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: EXECUTION_ROLE,
      PrimaryContainer: { Image: CHURN_IMAGE, ModelDataUrl: `s3://${bucket}/${key}` },
    }),
  );
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        {
          VariantName: "AllTraffic",
          ModelName: name,
          InstanceType: "ml.m5.large",
          InitialInstanceCount: 1,
          InitialVariantWeight: 1,
        },
      ],
    }),
  );
  await sagemaker.send(
    new CreateEndpointCommand({ EndpointName: endpoint, EndpointConfigName: name }),
  );
  await waitUntilEndpointInService(
    { client: sagemaker, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { EndpointName: endpoint },
  );
}
