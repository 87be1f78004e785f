import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { CHURN_IMAGE, trainChurnModel } from "../../local/churn/churn-model.ts";
import { readAllRows, readTrainingRows } from "../../local/churn/churn-rows.ts";
import { packModel } from "../../local/logistic-regression/artefact.ts";
import type { LogisticModel } from "../../local/logistic-regression/model.ts";
import { type Behaviour, WELL_BEHAVED } from "../../local/sagemaker/serving/behaviour.ts";
import { changeCapture } from "../../shared/aws/capture-configuration.ts";
import { readServedModel } from "../../shared/aws/deployments.ts";
import { writeDefinition } from "../../shared/aws/monitors.ts";
import { writeObject } from "../../shared/aws/objects.ts";
import { acquireLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { readRun, updateRun, writeRun } from "../../shared/aws/self-healing/runs.ts";
import { parseMonitorFile } from "../../shared/contracts/monitor-file.ts";
import type { RunRecord } from "../../shared/contracts/self-healing/run.ts";
import { trainingKeys } from "../../shared/contracts/storage-keys.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { openChurn } from "./captured-churn.ts";

export const AT = "2026-01-15T12:00:00.000Z";

export interface CanaryPlan {
  readonly bucket: string;
  readonly endpoint: string;
  readonly rollout: string;
  readonly behaviour?: Partial<Behaviour>;
  /** Of the challenger; without it the champion's twin. */
  readonly model?: LogisticModel;
}

/** A run whose challenger, the champion's twin but for its behaviour, is registered and approved. */
export async function approvedRun(plan: CanaryPlan): Promise<RunRecord> {
  const { bucket, endpoint, rollout, behaviour = {} } = plan;
  const run = `${endpoint}-0123456789`;
  const text = definitionText({
    ...{ endpoint, capture: `s3://${bucket}/captures/${endpoint}` },
    more: `prediction: { probability: 0, threshold: 0.5 }
retraining: { trainingJob: { image: logistic-regression, role: training } }
rollout: ${rollout}
`,
  });
  const dataset = `baseline: { dataset: s3://${bucket}/datasets/${endpoint}.csv }`;
  const written = text.replace(/^baseline: .*$/m, dataset);
  const definition = parseMonitorFile(written, `monitors/${endpoint}.yml`);
  await writeDefinition(endpoint, written);
  await openChurn(bucket, definition);
  const destination = `s3://${bucket}/captures`;
  await changeCapture(endpoint, { enabled: true, destination });
  const champion = await readServedModel(definition);
  const { fence } = await acquireLock({ endpoint, run }, Date.parse(AT));
  const record = await writeRun({
    ...{ run, endpoint, incident: "0123456789", attempt: 1, cause: "requested" },
    ...{ reason: "asked for", startedBy: "test", startedAt: AT },
    ...{ definition, definitionEtag: "etag", fence, champion },
  });
  await writeHoldout(bucket, run);
  const packed = await packModel(plan.model ?? trainChurnModel(readTrainingRows()), {
    "behaviour.json": { ...WELL_BEHAVED, ...behaviour },
  });
  const modelPackageArn = await register(bucket, run, packed);
  await updateRun(record, { modelPackageArn });
  return await readRun(run);
}

async function writeHoldout(bucket: string, run: string): Promise<void> {
  const { dataset, holdoutInputs } = trainingKeys(run, "csv");
  const rows = readAllRows().rows.slice(0, 50);
  const inputs = rows.map(({ values }) => `${values.join(",")}\n`).join("");
  await writeObject({ bucket, key: holdoutInputs }, inputs, "text/csv");
  const files = { holdoutInputs: `s3://${bucket}/${holdoutInputs}` };
  const content = { holdoutContentType: "text/csv", files };
  await writeObject({ bucket, key: dataset }, JSON.stringify(content), "application/json");
}

async function register(bucket: string, run: string, packed: Uint8Array): Promise<string> {
  const sagemaker = new SageMakerClient({});
  const key = `models/${run}/model.tar.gz`;
  await writeObject({ bucket, key }, packed, "application/gzip");
  await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: run }));
  const { ModelPackageArn } = await sagemaker.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName: run,
      ModelApprovalStatus: "Approved",
      InferenceSpecification: {
        Containers: [{ Image: CHURN_IMAGE, ModelDataUrl: `s3://${bucket}/${key}` }],
        SupportedContentTypes: ["text/csv"],
        SupportedResponseMIMETypes: ["text/csv"],
      },
    }),
  );
  return ModelPackageArn!;
}

const SCALED = {
  ServiceNamespace: "sagemaker",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
} as const;

/** What a user did who lets a variant scale. */
export async function scaleAutomatically(endpoint: string, variant: string): Promise<void> {
  const scaling = new ApplicationAutoScalingClient({});
  const of = { ...SCALED, ResourceId: `endpoint/${endpoint}/variant/${variant}` };
  const limits = { MinCapacity: 1, MaxCapacity: 4 };
  await scaling.send(new RegisterScalableTargetCommand({ ...of, ...limits }));
  await scaling.send(
    new PutScalingPolicyCommand({
      ...of,
      PolicyName: "invocations",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 100,
        PredefinedMetricSpecification: {
          PredefinedMetricType: "SageMakerVariantInvocationsPerInstance",
        },
      },
    }),
  );
}

/** The variants of an endpoint that scale, by a policy. */
export async function scalingOf(endpoint: string) {
  const scaling = new ApplicationAutoScalingClient({});
  const { ServiceNamespace } = SCALED;
  const { ScalableTargets = [] } = await scaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace }),
  );
  const { ScalingPolicies = [] } = await scaling.send(
    new DescribeScalingPoliciesCommand({ ServiceNamespace }),
  );
  return ScalableTargets.filter(
    ({ ResourceId }) =>
      ResourceId?.startsWith(`endpoint/${endpoint}/`) &&
      ScalingPolicies.some((policy) => policy.ResourceId === ResourceId),
  ).map(({ ResourceId, MinCapacity, MaxCapacity }) => ({ ResourceId, MinCapacity, MaxCapacity }));
}
