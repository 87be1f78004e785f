import * as z from "zod/mini";

const parameter = z.looseObject({
  Name: z.string(),
  Type: z.enum(["String", "Integer", "Float", "Boolean"]),
  DefaultValue: z.optional(z.union([z.string(), z.number(), z.boolean()])),
});

const step = z.looseObject({
  Name: z.string(),
  /** The simulator runs training steps alone. */
  Type: z.literal("Training"),
  Arguments: z.record(z.string(), z.unknown()),
});

/** The JSON that CreatePipeline takes, as far as it is simulated. */
export const pipelineDefinition = z.looseObject({
  Version: z.literal("2020-12-01"),
  Parameters: z._default(z.array(parameter), []),
  Steps: z.array(step).check(z.minLength(1)),
});

export type PipelineDefinition = z.infer<typeof pipelineDefinition>;

/** What a reference in a step's arguments may name, each with a dot between its parts. */
export interface References {
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly Execution: Readonly<Record<string, unknown>>;
  readonly Steps: Readonly<Record<string, unknown>>;
}

const get = z.strictObject({ Get: z.string() });
const join = z.strictObject({
  "Std:Join": z.strictObject({ On: z.string(), Values: z.array(z.unknown()) }),
});

/**
 * A step's arguments with every `{"Get": "Parameters.X"}` and `{"Std:Join": …}` replaced by its value.
 *
 * @throws RangeError for a reference to what is not there
 */
export function resolveArguments(value: unknown, references: References): unknown {
  if (Array.isArray(value)) return value.map((one) => resolveArguments(one, references));
  if (typeof value !== "object" || value === null) return value;
  const reference = get.safeParse(value);
  if (reference.success) return referenced(reference.data.Get, references);
  const joined = join.safeParse(value);
  if (joined.success) {
    const { On, Values } = joined.data["Std:Join"];
    return Values.map((one) => String(resolveArguments(one, references))).join(On);
  }
  const entries = Object.entries(value).map(([key, one]) => [
    key,
    resolveArguments(one, references),
  ]);
  return Object.fromEntries(entries);
}

function referenced(path: string, references: References): unknown {
  let value: unknown = references;
  for (const name of path.split(".")) {
    const known = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    if (!known) throw new RangeError(`Get "${path}": there is no "${name}"`);
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
