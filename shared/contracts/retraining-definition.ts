import * as z from "zod/mini";
import { durationMillis } from "./duration.ts";
import {
  count,
  duration,
  featureName,
  fraction,
  resourceName,
  says,
  wholePeriod,
  yesOrNo,
} from "./monitor-values.ts";

const is = z.describe;

const text = z.string(says("must be a text"));
const wholeNumber = (least: number, most: number) =>
  count(least).check(z.lte(most, says(`must be at most ${most}`)));

const KEY = String.raw`[A-Za-z][\w-]{0,62}`;
const ROLE = new RegExp(
  String.raw`^(?:${KEY}|arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512})$`,
);
const IMAGE = new RegExp(
  String.raw`^(?:${KEY}|\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/` +
    String.raw`[a-z0-9._/-]+(?::[\w.-]+|@sha256:[0-9a-f]{64}))$`,
);

/** What SageMaker takes as a text, users write as they think of it. */
const plainValue = z.union(
  [z.string(), z.number(), z.boolean()],
  says("must be a text, a number, true or false"),
);

function plainValues(most: number) {
  return z
    .record(featureName, plainValue, says("must map names to values"))
    .check(
      z.refine(
        (values) => Object.keys(values).length <= most,
        says(`must hold at most ${most} names`),
      ),
    );
}

const data = z.strictObject({
  window: z._default(
    wholePeriod(366 * 24, "a year").check(
      is("How far back from the newest labelled inference the data reach."),
    ),
    "P30D",
  ),
  holdout: z._default(
    fraction
      .check(z.gt(0, says("must be in (0, 1)")), z.lt(1, says("must be in (0, 1)")))
      .check(is("Share of the rows, the newest ones, kept for the comparison with the champion.")),
    0.2,
  ),
  minimumRows: z._default(
    count(1).check(is("Fewer labelled rows than this, holdout included, train nothing.")),
    1000,
  ),
  minimumRowsPerClass: z._default(
    count(1).check(is("Fewer rows of a class than this, in the training part, train nothing.")),
    50,
  ),
  maximumRows: z.optional(count(1).check(is("Of more rows the newest are taken."))),
  format: z._default(
    z
      .enum(["csv", "jsonlines", "parquet"], says("must be csv, jsonlines or parquet"))
      .check(is("Of the training file: csv has the label first and no header.")),
    "csv",
  ),
});

export const trainingJob = z
  .strictObject({
    image: text
      .check(
        z.regex(
          IMAGE,
          says("must be a key of the stage's training images, or the URI of one with its tag"),
        ),
      )
      .check(is("A key of the stage's training images, or the URI of one of them.")),
    role: text
      .check(
        z.regex(
          ROLE,
          says("must be a key of the stage's training roles, or the ARN of one of them"),
        ),
      )
      .check(is("A key of the stage's training roles, or the ARN of one of them.")),
    instance: z._default(
      text
        .check(
          z.regex(
            /^ml\.[a-z0-9-]+\.[a-z0-9-]+$/,
            says("must be an instance type such as ml.m5.xlarge"),
          ),
        )
        .check(is("Instance type that trains and evaluates.")),
      "ml.m5.xlarge",
    ),
    instanceCount: z._default(wholeNumber(1, 100).check(is("How many of them train.")), 1),
    volumeSizeGb: z._default(wholeNumber(1, 16_384).check(is("Disk of each of them.")), 30),
    spot: z._default(
      yesOrNo.check(is("Train on managed spot capacity, and once on demand when none comes.")),
      true,
    ),
    maxRuntime: z._default(
      duration("P28D", "28 days").check(is("How long training may take.")),
      "PT1H",
    ),
    maxWait: z.optional(
      duration("P28D", "28 days").check(
        is("How long a spot job may take with its waiting; without it twice maxRuntime."),
      ),
    ),
    inputMode: z._default(
      z
        .enum(["File", "FastFile", "Pipe"], says("must be File, FastFile or Pipe"))
        .check(is("How training reads its data.")),
      "FastFile",
    ),
    hyperparameters: z._default(
      plainValues(100).check(is("Handed to the training image, as texts.")),
      {},
    ),
    tags: z._default(plainValues(40).check(is("Put on the training job besides our own.")), {}),
    checkpoints: z._default(
      yesOrNo.check(is("Whether training continues from its checkpoints after an interruption.")),
      false,
    ),
  })
  .check(
    z.refine(
      ({ maxRuntime, maxWait }) =>
        maxWait === undefined || durationMillis(maxWait) >= durationMillis(maxRuntime),
      { ...says("must be at least maxRuntime, which it includes"), path: ["maxWait"] },
    ),
  );

const pipeline = z.strictObject({
  name: text
    .check(
      z.regex(
        /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,255}$/,
        says("must be the name of a SageMaker pipeline"),
      ),
    )
    .check(is("A SageMaker pipeline that trains instead of a training job.")),
  parameters: z._default(
    plainValues(150).check(
      is(
        "Its parameters besides TrainingManifest, the S3 manifest of the training file, and " +
          "ModelOutput, a prefix; it must declare these two.",
      ),
    ),
    {},
  ),
});

export const retraining = z
  .strictObject({
    mode: z._default(
      z
        .enum(["automatic", "review", "off"], says("must be automatic, review or off"))
        .check(is("Whether a loss of quality trains at once, after a person's review, or never.")),
      "automatic",
    ),
    cooldown: z._default(
      duration("P90D", "90 days").check(is("Least time from one run's start to the next.")),
      "P1D",
    ),
    runsPerMonth: z._default(
      count(0).check(is("At most this many runs in 30 days; those a person starts count.")),
      4,
    ),
    data: z.prefault(data, {}),
    trainingJob: z.optional(trainingJob),
    pipeline: z.optional(pipeline),
    packageGroup: z.optional(
      resourceName("model package groups").check(
        is("Where challengers are registered; without it the group named like the endpoint."),
      ),
    ),
  })
  .check(
    z.refine(
      ({ trainingJob, pipeline }) => trainingJob === undefined || pipeline === undefined,
      says("must have trainingJob or pipeline, not both"),
    ),
    z.refine(
      ({ mode, trainingJob, pipeline }) =>
        mode === "off" || trainingJob !== undefined || pipeline !== undefined,
      says("must have trainingJob or pipeline, unless mode is off"),
    ),
  );

export type RetrainingDefinition = z.infer<typeof retraining>;
export type TrainingJobDefinition = z.infer<typeof trainingJob>;
