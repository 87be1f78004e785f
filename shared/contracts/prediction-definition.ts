import * as z from "zod/mini";
import { count, featureName, fraction, says } from "./monitor-values.ts";

const is = z.describe;

const column = z.union([count(0), featureName], says("must be an index or a name"));

/** What is worked out of each class is too much for more of them. */
const CLASSES_MAX = 100;

const classes = z
  .array(
    z.union([featureName, z.number()], says("must be a text or a number")),
    says("must be a list of classes"),
  )
  .check(
    z.refine(
      (names) => names.length >= 2 && names.length <= CLASSES_MAX,
      says(`must be a list of 2 to ${CLASSES_MAX} classes`),
    ),
    z.refine(
      (names) => new Set(names.map(String)).size === names.length,
      says("must not name one twice"),
    ),
  );

/** `prediction` in a monitor definition. */
export const prediction = z
  .strictObject({
    probability: z.optional(
      column.check(is("Output column of the probability of the positive class.")),
    ),
    label: z.optional(column.check(is("Output column of the predicted label or value."))),
    threshold: z.optional(
      fraction.check(is("Probability above which the positive class is meant; 0.5 without it.")),
    ),
    classes: z.optional(classes.check(is("Of several classes: their names, as labels have them."))),
    probabilities: z.optional(
      z
        .union([column, z.array(column)], says("must be a column or a list of columns"))
        .check(is("A column a class, in the order of the classes; or the one that holds a list.")),
    ),
  })
  .check(is("Where the prediction stands among the outputs."));
