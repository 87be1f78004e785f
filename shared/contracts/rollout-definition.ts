import * as z from "zod/mini";
import { EVALUATION_METRICS } from "./evaluation-metric.ts";
import {
  addresses,
  amount,
  count,
  duration,
  featureName,
  fraction,
  percent,
  says,
  yesOrNo,
} from "./monitor-values.ts";

const is = z.describe;

const slice = z.strictObject({
  feature: featureName.check(is("The feature by whose values the rows are told apart.")),
  values: z.optional(
    z
      .array(
        z.union([z.string(), z.number()], says("must be a text or a number")),
        says("must be a list of values"),
      )
      .check(z.minLength(1, says("must not be empty")))
      .check(is("Only these values; without them the 20 most frequent ones.")),
  ),
});

export const evaluation = z.strictObject({
  metric: z.optional(
    z
      .enum(EVALUATION_METRICS, says(`must be one of ${EVALUATION_METRICS.join(", ")}`))
      .check(is("What decides; without it auc, accuracy or rmse, by the problem.")),
  ),
  margin: z._default(
    z
      .number(says("must be a number"))
      .check(
        is(
          "The challenger is better when its gain's lower 95 % bound is above this; in the metric.",
        ),
      ),
    0,
  ),
  slices: z._default(
    z
      .array(slice, says("must be a list of slices"))
      .check(
        z.refine(
          (slices) => new Set(slices.map(({ feature }) => feature)).size === slices.length,
          says("must not name one feature twice"),
        ),
      )
      .check(is("Parts of the rows in none of which the challenger may be worse.")),
    [],
  ),
  sliceMargin: z._default(
    amount.check(is("A slice may be worse by this much; more, for certain, and it is refused.")),
    0,
  ),
  minimumRows: z._default(
    count(1).check(is("Fewer rows than this in the holdout decide nothing.")),
    200,
  ),
  minimumSliceRows: z._default(
    count(1).check(is("Fewer rows than this in a slice say nothing about it.")),
    50,
  ),
});

export const approval = z.strictObject({
  required: z._default(
    yesOrNo.check(is("Whether a person must approve a better challenger before it serves.")),
    true,
  ),
  expiresAfter: z._default(
    duration("P30D", "30 days").check(is("No answer within this time is a rejection.")),
    "P3D",
  ),
  approvers: z.optional(
    addresses.check(is("Who is asked to approve; without it everyone in notify.")),
  ),
});

const tolerated = z.strictObject({
  errorPercent: z._default(
    amount.check(is("Percentage points of requests that may fail beyond the champion's.")),
    0.1,
  ),
  latencyPercent: z._default(
    amount.check(is("Percent by which the latency may be above the champion's.")),
    10,
  ),
  predictionDistance: z._default(
    fraction.check(is("Distance that the predictions may have from the champion's.")),
    0.2,
  ),
  qualityLoss: z._default(
    amount.check(
      is("How much worse evaluation.metric may be than the champion's, as labels come."),
    ),
    0.01,
  ),
});

const steps = z.array(percent, says("must be a list of percentages")).check(
  z.minLength(1, says("must not be empty")),
  z.maxLength(20, says("must be at most 20 steps")),
  z.refine(
    (list) => list.every((step, index) => index === 0 || step > list[index - 1]!),
    says("must rise from step to step"),
  ),
  z.refine((list) => list.at(-1) === 100, says("must end at 100")),
);

export const rollout = z
  .strictObject({
    strategy: z._default(
      z
        .enum(
          ["weights", "guardrail", "shadow", "ab"],
          says("must be weights, guardrail, shadow or ab"),
        )
        .check(is("How a challenger gets its first traffic.")),
      "weights",
    ),
    steps: z._default(
      steps.check(is("Percent of the traffic that the challenger gets, step by step.")),
      [5, 100],
    ),
    bake: z._default(
      duration("P30D", "30 days").check(is("How long each step before the last is watched.")),
      "PT1H",
    ),
    judgeEvery: z.optional(
      duration("P1D", "a day").check(is("How often it is judged; without it as the stage says.")),
    ),
    minimumSamples: z._default(
      count(1).check(is("A step answered fewer requests than this is not judged: it is held.")),
      200,
    ),
    tolerated: z.prefault(tolerated, {}),
    holdFor: z._default(
      duration("P30D", "30 days").check(
        is("How long a step is held beyond its bake until it has enough requests."),
      ),
      "P1D",
    ),
    onLowTraffic: z._default(
      z
        .enum(
          ["roll-back", "ask", "promote-with-warning"],
          says("must be roll-back, ask or promote-with-warning"),
        )
        .check(is("What becomes of a step that never had enough requests.")),
      "roll-back",
    ),
    falseRollBackPercent: z._default(
      percent.check(
        is("At most this share of rollouts of an equal model is rolled back by chance."),
      ),
      1,
    ),
  })
  .check(
    z.refine(
      ({ strategy, steps }) => strategy !== "guardrail" || (steps.length === 2 && steps[0]! <= 50),
      {
        ...says("must be one step of at most 50, then 100: a guardrail's canary allows no other"),
        path: ["steps"],
      },
    ),
  );

export type EvaluationDefinition = z.infer<typeof evaluation>;
export type ApprovalDefinition = z.infer<typeof approval>;
export type RolloutDefinition = z.infer<typeof rollout>;
