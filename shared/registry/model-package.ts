import type { EvaluationReport } from "../contracts/self-healing/evaluation-report.ts";
import type { TrainingDataset } from "../contracts/self-healing/training-set.ts";
import { sha256Of } from "../window/fold.ts";
import { metadataProperties } from "./metadata-properties.ts";

/** A file as a registered model names it. */
export interface RegisteredFile {
  /** S3 URI. */
  readonly location: string;
  readonly sha256: string;
}

/** A check's baseline: what was measured, and what must hold. */
export interface RegisteredBaseline {
  readonly statistics: RegisteredFile;
  readonly constraints: RegisteredFile;
}

export interface RegistrationInput {
  readonly run: string;
  readonly endpoint: string;
  readonly packageGroup: string;
  readonly container: {
    readonly image: string;
    readonly modelDataUrl: string;
    readonly environment?: Readonly<Record<string, string>>;
  };
  /** Instance type that evaluated it, which it is known to run on. */
  readonly instance: string;
  readonly dataset: TrainingDataset;
  readonly report: EvaluationReport;
  readonly files: {
    readonly dataset: RegisteredFile;
    readonly manifest: RegisteredFile;
    readonly report: RegisteredFile;
  };
  readonly dataQuality: RegisteredBaseline;
  /** Of the challenger on the holdout. */
  readonly modelQuality: RegisteredBaseline;
  /** Name of the training job or ARN of the pipeline's execution. */
  readonly trainedBy: string;
  readonly codeVersion: string;
  /** Whether a person must approve it; without, it may serve at once. */
  readonly approvalRequired: boolean;
}

/** What CreateModelPackage takes. */
export type ModelPackageInput = ReturnType<typeof modelPackageInput>;

/**
 * The version that a challenger is registered as, pending a person's approval unless none is asked for. It
 * names all that it was made of: the run, the training set by its manifest's hash, the evaluation, the code.
 *
 * A version of a group takes no tags, and its ids are hashes and names, as its metadata take no JSON.
 *
 * @throws MonitoringError `metadata-invalid`
 */
export function modelPackageInput(input: RegistrationInput) {
  const { run, packageGroup, container, instance, dataset, report, codeVersion } = input;
  const baselines = {
    ModelQuality: baselineSources(input.modelQuality),
    ModelDataQuality: baselineSources(input.dataQuality),
  };
  return {
    ModelPackageGroupName: packageGroup,
    ModelPackageDescription: descriptionOf(input),
    ModelApprovalStatus: input.approvalRequired
      ? ("PendingManualApproval" as const)
      : ("Approved" as const),
    ClientToken: clientToken(run),
    InferenceSpecification: {
      Containers: [
        {
          Image: container.image,
          ModelDataUrl: container.modelDataUrl,
          ...(container.environment === undefined
            ? {}
            : { Environment: { ...container.environment } }),
        },
      ],
      SupportedContentTypes: [dataset.holdoutContentType],
      SupportedResponseMIMETypes: [dataset.output.contentType],
      SupportedRealtimeInferenceInstanceTypes: [instance],
      SupportedTransformInstanceTypes: [instance],
    },
    ModelMetrics: baselines,
    DriftCheckBaselines: baselines,
    MetadataProperties: { CommitId: codeVersion, GeneratedBy: input.trainedBy },
    CustomerMetadataProperties: lineageOf(input, report),
  };
}

/**
 * Of the same run always the same, so that a registration tried again makes no second version; at most 36
 * letters, digits and hyphens, where a run's id has up to 51.
 */
export function clientToken(run: string): string {
  return sha256Of(run).slice(0, 36);
}

function lineageOf(input: RegistrationInput, report: EvaluationReport): Record<string, string> {
  const { run, endpoint, files, dataset, codeVersion, trainedBy } = input;
  const { improvement } = report;
  return metadataProperties({
    run,
    endpoint,
    trainedBy,
    codeVersion,
    datasetSha256: files.dataset.sha256,
    manifest: files.manifest.location,
    manifestSha256: files.manifest.sha256,
    evaluation: files.report.location,
    evaluationSha256: files.report.sha256,
    dataFrom: dataset.window.from,
    dataTo: dataset.window.to,
    trainRowCount: dataset.counts.trainRowCount,
    holdoutRowCount: dataset.counts.holdoutRowCount,
    champion: report.championModel,
    metric: report.metric,
    championValue: report.champion,
    challengerValue: report.challenger,
    gain: improvement?.value,
    gainLowerBound: improvement?.interval.lower,
  });
}

/** SageMaker's limit for it. */
const LONGEST_DESCRIPTION = 1024;

function descriptionOf({ run, endpoint, dataset, report }: RegistrationInput): string {
  const { counts, window } = dataset;
  const learned = `Trained by run ${run} on ${counts.trainRowCount} rows of ${endpoint}`;
  const text = `${learned}, ${window.from} to ${window.cut}. Evaluation: ${report.reason}`;
  return text.replaceAll(/\p{C}/gu, " ").slice(0, LONGEST_DESCRIPTION);
}

function baselineSources({ statistics, constraints }: RegisteredBaseline) {
  return { Statistics: sourceOf(statistics), Constraints: sourceOf(constraints) };
}

function sourceOf({ location, sha256 }: RegisteredFile) {
  return {
    ContentType: "application/json",
    S3Uri: location,
    ContentDigest: `sha256:${sha256}`,
  };
}
