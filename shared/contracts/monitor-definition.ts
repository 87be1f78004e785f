import * as z from "zod/mini";
import {
  addresses,
  count,
  endpointName,
  featureName,
  featureNames,
  fraction,
  percent,
  s3Uri,
  says,
  wholePeriod,
  yesOrNo,
} from "./monitor-values.ts";
import { prediction } from "./prediction-definition.ts";
import { retraining } from "./retraining-definition.ts";
import { approval, evaluation, rollout } from "./rollout-definition.ts";

/** The descriptions are what `docs/monitor-definition.schema.json` tells editors and people. */
const is = z.describe;

const features = z.strictObject({
  names: z.optional(
    featureNames.check(
      is("Names of the columns of a baseline.dataset in CSV without a header line, outputs first."),
    ),
  ),
  ignored: z.optional(featureNames.check(is("Features of the baseline that are not checked."))),
  pii: z.optional(
    featureNames.check(is("Features about persons, which no training set holds, by their names.")),
  ),
});

const thresholds = {
  evaluate: z.optional(yesOrNo.check(is("Whether constraints are checked at all."))),
  datatypeCheckThreshold: z.optional(
    fraction.check(is("Least fraction of present values that have the baseline's data type.")),
  ),
  domainContentThreshold: z.optional(
    fraction.check(is("Least fraction of present values among the baseline's categories.")),
  ),
  compareDistributions: z.optional(
    yesOrNo.check(is("Whether distributions are compared with the baseline's.")),
  ),
  comparisonThreshold: z.optional(
    fraction.check(is("Distance above which a numeric distribution has drifted.")),
  ),
  comparisonMethod: z.optional(
    z
      .enum(["Robust", "Simple"], says("must be Robust or Simple"))
      .check(is("Robust subtracts an allowance for few rows from the distance.")),
  ),
  categoricalComparisonThreshold: z.optional(
    fraction.check(
      is("Distance, or for ChiSquared the p-value, at which categories have drifted."),
    ),
  ),
  categoricalDriftMethod: z.optional(
    z
      .enum(["LInfinity", "ChiSquared"], says("must be LInfinity or ChiSquared"))
      .check(is("How the frequencies of categories are compared.")),
  ),
};

const constraints = z
  .strictObject({
    ...thresholds,
    features: z.optional(
      z
        .record(
          featureName,
          z.strictObject({
            ...thresholds,
            completeness: z.optional(
              fraction.check(is("Least fraction of rows in which the feature is present.")),
            ),
          }),
          says("must map names of features to their constraints"),
        )
        .check(is("The same for single features, by name.")),
    ),
  })
  .check(is("What differs from the baseline's constraints.json; all else stays as it says."));

const dataQuality = z.strictObject({
  // The profiles that a window is folded from live for two weeks.
  every: wholePeriod(7 * 24, "a week").check(
    is("Length of a window: PT1H, P1D, P1W, …, from Monday 00:00 UTC on, a week at most."),
  ),
  dialect: z._default(
    z
      .enum(["sagemaker"], says("must be sagemaker"))
      .check(is("Whose rules: sagemaker is Model Monitor's.")),
    "sagemaker",
  ),
  minimumRows: z._default(
    count(1).check(is("A window with fewer rows than this is inconclusive.")),
    1,
  ),
  columns: z._default(
    z
      .enum(["outputs-and-inputs", "inputs"], says("must be outputs-and-inputs or inputs"))
      .check(is("Which captured columns the baseline describes.")),
    "outputs-and-inputs",
  ),
});

const modelQuality = z.strictObject({
  every: z._default(
    wholePeriod(5 * 7 * 24, "5 weeks").check(is("Length of the windows that are checked.")),
    "P7D",
  ),
  dialect: z._default(
    z
      .enum(["sagemaker", "calibrated"], says("must be sagemaker or calibrated"))
      .check(is("Judge by 95 % intervals, or by points with Model Monitor's quirks.")),
    "calibrated",
  ),
  minimumLabels: z._default(
    count(1).check(is("Fewer labelled rows than this in a window say nothing about it.")),
    100,
  ),
  baseline: z.optional(
    s3Uri.check(
      is("Prefix of the quality constraints.json; without it model-quality/ below the baseline."),
    ),
  ),
});

const alarms = z.strictObject({
  latencyMillis: z._default(
    count(1).check(is("p99 of ModelLatency, over five minutes, above which the endpoint is slow.")),
    1000,
  ),
  serverErrorPercent: z._default(
    percent.check(is("Share of requests answered with 5XX above which the endpoint fails.")),
    1,
  ),
  rejectedLabelPercent: z._default(
    percent.check(is("Share of the labels of a day above which too many are rejected.")),
    5,
  ),
  silentAfter: z.optional(
    wholePeriod(35 * 24, "5 weeks").check(
      is("How long nothing may be captured; without it one period of the check."),
    ),
  ),
});

const madeBaseline = z.strictObject({
  dataset: s3Uri
    .check(
      z.regex(/\.(?:csv|jsonl)(?:\.gz)?$/, says("must end in .csv, .jsonl, .csv.gz or .jsonl.gz")),
    )
    .check(is("S3 URI of the data that the model was trained on, with its outputs first.")),
});

const labels = z.strictObject({
  expectedWithin: z._default(
    wholePeriod(90 * 24, "90 days").check(is("How long after an inference its label may come.")),
    "P30D",
  ),
  minimumCoverage: z._default(
    fraction.check(is("Fraction of the captured rows that must be labelled to conclude anything.")),
    0.8,
  ),
  prefix: z.optional(
    s3Uri.check(is("Where label files are put besides label-inbox/ and the endpoint's name.")),
  ),
});

export const monitorDefinition = z.strictObject({
  endpoint: endpointName.check(is("Name of the SageMaker endpoint, and of the file.")),
  problem: z
    .enum(
      ["binary-classification", "multiclass-classification", "regression"],
      says("must be binary-classification, multiclass-classification or regression"),
    )
    .check(is("What the model predicts.")),
  capture: s3Uri.check(is("S3 URI of the prefix that the endpoint's captures lie under.")),
  prediction: z.optional(prediction),
  baseline: z
    .union([s3Uri, madeBaseline])
    .check(is("Prefix of statistics.json and constraints.json, or a data set to make them of.")),
  labels: z.prefault(labels, {}),
  checks: z.strictObject({ dataQuality, modelQuality: z.optional(modelQuality) }),
  features: z.optional(features),
  constraints: z.optional(constraints),
  metrics: z._default(
    featureNames.check(
      is("Features whose own metrics are put, under Model Monitor's names; each is billed."),
    ),
    [],
  ),
  notify: z._default(
    addresses.check(is("Who is told: mailto:, https:, sms:, tel: addresses, ARNs of SQS queues.")),
    [],
  ),
  alarms: z.prefault(alarms, {}),
  retraining: z.optional(retraining),
  evaluation: z.prefault(evaluation, {}),
  approval: z.prefault(approval, {}),
  rollout: z.prefault(rollout, {}),
});

export type MonitorDefinition = z.infer<typeof monitorDefinition>;
export type ConstraintOverrides = z.infer<typeof constraints>;
export type ThresholdOverrides = Omit<ConstraintOverrides, "features">;
