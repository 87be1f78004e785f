import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EvaluationReport } from "../../../shared/contracts/self-healing/evaluation-report.ts";
import { metadataProperties } from "../../../shared/registry/metadata-properties.ts";
import {
  clientToken,
  modelPackageInput,
  type RegistrationInput,
} from "../../../shared/registry/model-package.ts";
import { runId } from "../../../shared/retrain/run-id.ts";
import { alternating, prepared } from "../training/joined-requests.ts";

const file = (name: string) => ({
  location: `s3://plumbline-local/${name}`,
  sha256: name.slice(0, 1).repeat(64),
});

const report: EvaluationReport = {
  version: "1",
  run: "churn-0123456789",
  endpoint: "churn",
  problem: "binary-classification",
  outcome: "better",
  reason: "auc 0.91 against 0.88\u0007, better by 0.03",
  metric: "auc",
  margin: 0,
  rowCount: 2,
  champion: 0.88,
  challenger: 0.91,
  improvement: {
    value: 0.03,
    interval: { lower: 0.01, upper: 0.05, confidence: 0.95, method: "delong-paired" },
  },
  test: null,
  slices: [],
  problems: [],
  championMetrics: [],
  challengerMetrics: [],
  window: { from: "2026-01-01T00:08:00.000Z", to: "2026-01-01T00:09:00.001Z" },
  championModel: "churn-v1",
  challengerModel: "churn-0123456789",
  inputs: [],
  codeVersion: "0.1.0",
};

const input: RegistrationInput = {
  run: "churn-0123456789",
  endpoint: "churn",
  packageGroup: "churn",
  approvalRequired: true,
  container: {
    image: "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
    modelDataUrl: "s3://plumbline-local/models/churn-0123456789/model.tar.gz",
    environment: { A: "b" },
  },
  instance: "ml.m5.xlarge",
  dataset: prepared(alternating(10)).dataset,
  report,
  files: { dataset: file("dataset"), manifest: file("manifest"), report: file("evaluation") },
  dataQuality: { statistics: file("a"), constraints: file("b") },
  modelQuality: { statistics: file("c"), constraints: file("d") },
  trainedBy: "churn-0123456789-t1",
  codeVersion: "0.1.0",
};

describe("modelPackageInput", () => {
  it("is what CreateModelPackage takes, pending approval, with what it was made of", () => {
    const source = (name: string) => ({
      ContentType: "application/json",
      S3Uri: `s3://plumbline-local/${name}`,
      ContentDigest: `sha256:${name.repeat(64)}`,
    });
    const baselines = {
      ModelQuality: { Statistics: source("c"), Constraints: source("d") },
      ModelDataQuality: { Statistics: source("a"), Constraints: source("b") },
    };
    expect(modelPackageInput(input)).toEqual({
      ModelPackageGroupName: "churn",
      ModelPackageDescription:
        "Trained by run churn-0123456789 on 8 rows of churn, 2026-01-01T00:00:00.000Z to " +
        "2026-01-01T00:08:00.000Z. Evaluation: auc 0.91 against 0.88 , better by 0.03",
      ModelApprovalStatus: "PendingManualApproval",
      ClientToken: clientToken(input.run),
      InferenceSpecification: {
        Containers: [
          {
            Image: input.container.image,
            ModelDataUrl: input.container.modelDataUrl,
            Environment: { A: "b" },
          },
        ],
        SupportedContentTypes: ["text/csv"],
        SupportedResponseMIMETypes: ["text/csv"],
        SupportedRealtimeInferenceInstanceTypes: ["ml.m5.xlarge"],
        SupportedTransformInstanceTypes: ["ml.m5.xlarge"],
      },
      ModelMetrics: baselines,
      DriftCheckBaselines: baselines,
      MetadataProperties: { CommitId: "0.1.0", GeneratedBy: "churn-0123456789-t1" },
      CustomerMetadataProperties: {
        run: "churn-0123456789",
        endpoint: "churn",
        trainedBy: "churn-0123456789-t1",
        codeVersion: "0.1.0",
        datasetSha256: "d".repeat(64),
        manifest: "s3://plumbline-local/manifest",
        manifestSha256: "m".repeat(64),
        evaluation: "s3://plumbline-local/evaluation",
        evaluationSha256: "e".repeat(64),
        dataFrom: "2026-01-01T00:00:00.000Z",
        dataTo: "2026-01-01T00:09:00.001Z",
        trainRowCount: "8",
        holdoutRowCount: "2",
        champion: "churn-v1",
        metric: "auc",
        championValue: "0.88",
        challengerValue: "0.91",
        gain: "0.03",
        gainLowerBound: "0.01",
      },
    });
  });

  it("may serve at once where no approval is asked for", () => {
    expect(modelPackageInput({ ...input, approvalRequired: false })).toMatchObject({
      ModelApprovalStatus: "Approved",
    });
  });

  it("keeps a long reason within SageMaker's limit", () => {
    const { ModelPackageDescription } = modelPackageInput({
      ...input,
      report: { ...report, reason: "x".repeat(2000) },
    });
    expect(ModelPackageDescription).toHaveLength(1024);
  });
});

describe("metadataProperties", () => {
  it.each([
    ["a JSON text", '{"a":1}', 'must not hold "{"'],
    ["a comma", "a,b", 'must not hold ","'],
    ["a long text", "x".repeat(257), "must have at most 256 characters"],
  ])("refuses %s, which SageMaker would", (_, value, rule) => {
    expect(() => metadataProperties({ reason: value })).toThrow(rule);
  });

  it("leaves out what is not known", () => {
    expect(metadataProperties({ a: null, b: undefined, c: "", d: 0 })).toEqual({ d: "0" });
  });
});

describe("clientToken", () => {
  it("fits SageMaker's rule for every run, and is another for another run", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 63 }), fc.nat(9), (endpoint, attempt) => {
        const token = clientToken(runId(endpoint, "0123456789", attempt));
        expect(token).toMatch(/^[a-zA-Z0-9-]{1,36}$/);
        expect(token).not.toBe(clientToken(runId(endpoint, "0123456789", attempt + 1)));
      }),
    );
  });
});
