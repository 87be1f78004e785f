import * as z from "zod/mini";
import { isS3Uri } from "./s3-uri.ts";

const says = (error: string) => ({ error });

/** SageMaker's own rule for the names of endpoints. */
const endpointName = z
  .string(says("must be a text"))
  .check(
    z.regex(
      /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/,
      says("must be 1 to 63 letters, digits and inner hyphens, as SageMaker names endpoints"),
    ),
  );

const s3Uri = z
  .string(says("must be a text"))
  .check(z.refine(isS3Uri, says("must be an S3 URI such as s3://bucket/prefix")));

const WHOLE_PERIOD = /^(?:PT(?<hours>[1-9]\d{0,3})H|P(?<days>[1-9]\d{0,2})D|P(?<weeks>[1-9]\d?)W)$/;

const hoursOf = (text: string): number => {
  const { hours = 0, days = 0, weeks = 0 } = WHOLE_PERIOD.exec(text)?.groups ?? {};
  return Number(hours) + 24 * (Number(days) + 7 * Number(weeks));
};

/** Windows are folded from hours, so no period is finer. */
const wholePeriod = (hoursMax: number, limit: string) =>
  z.string(says("must be a text")).check(
    z.regex(
      WHOLE_PERIOD,
      says("must be a whole number of hours, days or weeks, such as PT1H, P1D or P1W"),
    ),
    z.refine((text) => hoursOf(text) <= hoursMax, says(`must be at most ${limit}`)),
  );

const fraction = z
  .number(says("must be a number"))
  .check(z.refine((value) => value >= 0 && value <= 1, says("must be in [0, 1]")));

const count = (least: number) =>
  z
    .number(says("must be a number"))
    .check(
      z.refine(
        (value) => Number.isSafeInteger(value) && value >= least,
        says(`must be a whole number of at least ${least}`),
      ),
    );

const featureName = z
  .string(says("must be a text"))
  .check(z.minLength(1, says("must not be empty")));

const featureNames = z
  .array(featureName, says("must be a list of names"))
  .check(
    z.refine((names) => new Set(names).size === names.length, says("must not name one twice")),
  );

const ADDRESSES = [
  /^mailto:[^\s@:?]+@[^\s@:?]+$/,
  /^https:\/\/\S+$/,
  /^(?:sms|tel):\+[1-9]\d{4,14}$/,
  /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w.-]{1,80}$/,
];

const address = z
  .string(says("must be a text"))
  .check(
    z.refine(
      (text) => ADDRESSES.some((form) => form.test(text)),
      says("must be mailto:…, https://…, sms:+…, tel:+… or the ARN of an SQS queue"),
    ),
  );

const features = z.strictObject({
  /** Of the columns of a CSV data set without a header line, outputs first. */
  names: z.optional(featureNames),
  /** Features of the baseline that are not checked. */
  ignored: z.optional(featureNames),
});

/** Overrides of Model Monitor's thresholds; what is absent stays as the baseline's file has it. */
const thresholds = {
  evaluate: z.optional(z.boolean(says("must be true or false"))),
  datatypeCheckThreshold: z.optional(fraction),
  domainContentThreshold: z.optional(fraction),
  compareDistributions: z.optional(z.boolean(says("must be true or false"))),
  comparisonThreshold: z.optional(fraction),
  comparisonMethod: z.optional(z.enum(["Robust", "Simple"], says("must be Robust or Simple"))),
  categoricalComparisonThreshold: z.optional(fraction),
  categoricalDriftMethod: z.optional(
    z.enum(["LInfinity", "ChiSquared"], says("must be LInfinity or ChiSquared")),
  ),
};

const constraints = z.strictObject({
  ...thresholds,
  features: z.optional(
    z.record(
      featureName,
      z.strictObject({ ...thresholds, completeness: z.optional(fraction) }),
      says("must map names of features to their constraints"),
    ),
  ),
});

const dataQuality = z.strictObject({
  // The profiles that a window is folded from live for two weeks.
  every: wholePeriod(7 * 24, "a week"),
  dialect: z._default(z.enum(["sagemaker"], says("must be sagemaker")), "sagemaker"),
  /** Fewer rows than this in a window say nothing about it. */
  minimumRows: z._default(count(1), 1),
  /** Which captured columns the baseline describes. */
  columns: z._default(
    z.enum(["outputs-and-inputs", "inputs"], says("must be outputs-and-inputs or inputs")),
    "outputs-and-inputs",
  ),
});

const modelQuality = z.strictObject({
  every: z._default(wholePeriod(5 * 7 * 24, "5 weeks"), "P7D"),
  /** `calibrated` judges by 95 % intervals, `sagemaker` by points, with Model Monitor's quirks. */
  dialect: z._default(
    z.enum(["sagemaker", "calibrated"], says("must be sagemaker or calibrated")),
    "calibrated",
  ),
  /** Fewer labelled rows than this in a window say nothing about it. */
  minimumLabels: z._default(count(1), 100),
  /** Prefix of the quality `constraints.json`; `model-quality/` below the baseline without it. */
  baseline: z.optional(s3Uri),
});

const alarms = z.strictObject({
  /** p99 of ModelLatency above which the endpoint is too slow, over 5 minutes. */
  latencyMillis: z._default(count(1), 1000),
  /** Share of requests answered with 5XX above which the endpoint fails, over 5 minutes. */
  serverErrorPercent: z._default(
    z
      .number(says("must be a number"))
      .check(z.refine((value) => value > 0 && value <= 100, says("must be in (0, 100]"))),
    1,
  ),
  /** Hours, days or weeks without a single capture after which silence is an alarm. */
  silentAfter: z.optional(wholePeriod(35 * 24, "5 weeks")),
});

const prediction = z.strictObject({
  /** Index of the output column, or its name, that holds the probability of the positive class. */
  probability: z.optional(z.union([count(0), featureName], says("must be an index or a name"))),
  /** Of the output column that holds the predicted label or value. */
  label: z.optional(z.union([count(0), featureName], says("must be an index or a name"))),
  /** A probability above it is a prediction of the positive class; 0.5 without it. */
  threshold: z.optional(fraction),
});

const madeBaseline = z.strictObject({
  dataset: s3Uri.check(
    z.regex(/\.(?:csv|jsonl)(?:\.gz)?$/, says("must end in .csv, .jsonl, .csv.gz or .jsonl.gz")),
  ),
});

const labels = z.strictObject({
  /** How long after an inference its label may come: until then a window may lack some. */
  expectedWithin: z._default(wholePeriod(90 * 24, "90 days"), "P30D"),
  /** Fraction of the captured rows that must be labelled before anything is concluded. */
  minimumCoverage: z._default(fraction, 0.8),
  /** Where label files are put besides `label-inbox/{endpoint}/`. */
  prefix: z.optional(s3Uri),
});

export const monitorDefinition = z.strictObject({
  endpoint: endpointName,
  problem: z.enum(
    ["binary-classification", "multiclass-classification", "regression"],
    says("must be binary-classification, multiclass-classification or regression"),
  ),
  /** Prefix that the endpoint's captures lie under. */
  capture: s3Uri,
  prediction: z.optional(prediction),
  /** Prefix of `statistics.json` and `constraints.json`, or a data set to make them from. */
  baseline: z.union([s3Uri, madeBaseline]),
  labels: z.prefault(labels, {}),
  checks: z.strictObject({ dataQuality, modelQuality: z.optional(modelQuality) }),
  features: z.optional(features),
  constraints: z.optional(constraints),
  /** Features whose own metrics are put, under Model Monitor's names; each is billed. */
  metrics: z._default(featureNames, []),
  notify: z._default(
    z
      .array(address, says("must be a list of addresses"))
      .check(
        z.refine((list) => new Set(list).size === list.length, says("must not name one twice")),
      ),
    [],
  ),
  alarms: z.prefault(alarms, {}),
});

export type MonitorDefinition = z.infer<typeof monitorDefinition>;
export type ConstraintOverrides = z.infer<typeof constraints>;
export type ThresholdOverrides = Omit<ConstraintOverrides, "features">;
