import { SageMakerClient, SageMakerServiceException } from "@aws-sdk/client-sagemaker";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import {
  pipelineResult,
  readJobResult,
  trainingResult,
  transformResult,
} from "../../../../shared/aws/training/job-results.ts";

const first = { isLastAttempt: false };
const last = { isLastAttempt: true };
const CAPACITY = "CapacityError: Unable to provision requested ML compute capacity.";

describe("the end of a training job", () => {
  it.each(["InProgress", "Stopping", "Deleting", "SomethingNew"])(
    "has not come while %s",
    (status) => {
      expect(
        trainingResult(
          { TrainingJobStatus: status as "InProgress", SecondaryStatus: "Training" },
          first,
        ),
      ).toBeNull();
    },
  );

  it("tells what was billed of the time it took", () => {
    const job = { TrainingJobStatus: "Completed", SecondaryStatus: "Completed" } as const;
    const times = { TrainingTimeInSeconds: 312, BillableTimeInSeconds: 95 };
    expect(trainingResult({ ...job, ...times }, first)).toEqual({
      outcome: "trained",
      reason: "trained in 312 s, 95 s billed",
    });
    expect(trainingResult(job, first)?.reason).toBe("training has completed");
  });

  it("is worth another try where there was no machine, once", () => {
    const waited = {
      TrainingJobStatus: "Stopped",
      SecondaryStatus: "MaxWaitTimeExceeded",
    } as const;
    const refused = { TrainingJobStatus: "Failed", SecondaryStatus: "Failed" } as const;
    expect(trainingResult(waited, first)).toEqual({
      outcome: "no-capacity",
      reason: "no spot capacity within maxWait",
    });
    expect(trainingResult({ ...refused, FailureReason: CAPACITY }, first)).toEqual({
      outcome: "no-capacity",
      reason: CAPACITY,
    });
    expect(trainingResult({ ...refused, FailureReason: CAPACITY }, last)).toEqual({
      outcome: "failed",
      reason: `training found no capacity: ${CAPACITY}`,
    });
  });

  it.each([
    [
      "Failed",
      "Failed",
      "AlgorithmError: exit code 1",
      "training failed: AlgorithmError: exit code 1",
    ],
    ["Failed", "Failed", undefined, "training failed: SageMaker gave no reason"],
    [
      "Stopped",
      "MaxRuntimeExceeded",
      undefined,
      "training was stopped: it took longer than maxRuntime",
    ],
    ["Stopped", "Stopped", undefined, "training was stopped: SageMaker gave no reason"],
  ] as const)(
    "%s, %s, %s is a failure",
    (TrainingJobStatus, SecondaryStatus, FailureReason, reason) => {
      const job = { TrainingJobStatus, SecondaryStatus, FailureReason };
      expect(trainingResult(job, first)).toEqual({ outcome: "failed", reason });
    },
  );
});

describe("the end of a transform job and of a pipeline", () => {
  it("is told once it has come", () => {
    const transformed = (TransformJobStatus: "InProgress" | "Completed" | "Failed" | "Stopped") =>
      transformResult({ TransformJobStatus, FailureReason: undefined })?.outcome ?? null;
    expect(transformed("InProgress")).toBeNull();
    expect(transformed("Completed")).toBe("transformed");
    expect(transformed("Failed")).toBe("failed");
    expect(transformed("Stopped")).toBe("failed");
    expect(pipelineResult({ PipelineExecutionStatus: "Executing" })).toBeNull();
    expect(pipelineResult({ PipelineExecutionStatus: "Succeeded" })?.outcome).toBe("trained");
    expect(pipelineResult({ PipelineExecutionStatus: "Failed", FailureReason: "step x" })).toEqual({
      outcome: "failed",
      reason: "the pipeline failed: step x",
    });
    expect(pipelineResult({ PipelineExecutionStatus: "Stopped" })?.outcome).toBe("failed");
  });
});

describe("the job of a pending task", () => {
  const task = {
    kind: "training-job",
    name: "churn-0123456789-t1",
    run: "churn-0123456789",
  } as const;
  const failure = (name: string, message: string) =>
    new SageMakerServiceException({ name, message, $fault: "client", $metadata: {} });

  it("goes on while it is not there yet", async () => {
    const client = mockClient(SageMakerClient);
    client.onAnyCommand().rejects(failure("ValidationException", "Requested resource not found."));
    expect(await readJobResult(task)).toBeNull();
    client.onAnyCommand().rejects(failure("ThrottlingException", "Rate exceeded"));
    await expect(readJobResult(task)).rejects.toThrow("Rate exceeded");
    client.restore();
  });

  it("is the last attempt by its name", async () => {
    const client = mockClient(SageMakerClient);
    client.onAnyCommand().resolves({
      TrainingJobStatus: "Stopped",
      SecondaryStatus: "MaxWaitTimeExceeded",
    } as object);
    expect(await readJobResult(task)).toMatchObject({ outcome: "no-capacity" });
    expect(await readJobResult({ ...task, name: "churn-0123456789-t2" })).toMatchObject({
      outcome: "failed",
    });
    client.restore();
  });
});
