import { CreatePipelineCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";

/** A pipeline as its users write one: it trains on the manifest that it is given. */
export async function createTrainingPipeline(
  PipelineName: string,
  { image, roleArn }: { readonly image: string; readonly roleArn: string },
): Promise<void> {
  const parameter = (name: string) => ({ Get: `Parameters.${name}` });
  const Parameters = ["TrainingManifest", "ModelOutput"].map((Name) => ({ Name, Type: "String" }));
  const S3DataSource = {
    S3DataType: "ManifestFile",
    S3Uri: parameter("TrainingManifest"),
    S3DataDistributionType: "FullyReplicated",
  };
  const Arguments = {
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
    InputDataConfig: [
      { ChannelName: "train", ContentType: "text/csv", DataSource: { S3DataSource } },
    ],
    OutputDataConfig: { S3OutputPath: parameter("ModelOutput") },
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 5 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    RoleArn: roleArn,
  };
  const Steps = [{ Name: "Train", Type: "Training", Arguments }];
  const PipelineDefinition = JSON.stringify({ Version: "2020-12-01", Parameters, Steps });
  await new SageMakerClient({}).send(
    new CreatePipelineCommand({
      ...{ PipelineName, PipelineDefinition, RoleArn: roleArn, ClientRequestToken: "0".repeat(32) },
    }),
  );
}
