import * as z from "zod/mini";
import type {
  Constraints,
  DistributionConstraints,
  FeatureConstraints,
  MonitoringConfig,
  MonitoringConfigOverrides,
} from "./constraints-file.ts";
import {
  featureList,
  fraction,
  inferredType,
  modelMonitorJson,
  parseModelMonitorFile,
} from "./model-monitor-json.ts";

const onOff = z.enum(["Enabled", "Disabled"], "is not Enabled or Disabled");

const distribution = z.looseObject({
  perform_comparison: z.optional(onOff),
  comparison_threshold: z.optional(fraction),
  comparison_method: z.optional(z.enum(["Robust", "Simple"], "is not Robust or Simple")),
  categorical_comparison_threshold: z.optional(fraction),
  categorical_drift_method: z.optional(
    z.enum(["LInfinity", "ChiSquared"], "is not LInfinity or ChiSquared"),
  ),
  // What the two switches were called in 2019.
  enable_comparisons: z.optional(z.boolean("is not true or false")),
  min_domain_mass: z.optional(fraction),
});

const config = z.looseObject({
  evaluate_constraints: z.optional(onOff),
  emit_metrics: z.optional(onOff),
  datatype_check_threshold: z.optional(fraction),
  domain_content_threshold: z.optional(fraction),
  distribution_constraints: z.optional(distribution),
});

const overridden = { monitoring_config_overrides: z.optional(config) };

const feature = z.looseObject({
  name: z.string("is not a text"),
  inferred_type: inferredType,
  completeness: z.optional(fraction),
  num_constraints: z.optional(
    z.looseObject({
      is_non_negative: z.optional(z.boolean("is not true or false")),
      ...overridden,
    }),
  ),
  string_constraints: z.optional(
    z.looseObject({
      domains: z.optional(z.array(z.string("is not a text"), "is not a list")),
      ...overridden,
    }),
  ),
  monitoringConfigOverrides: z.optional(config),
  ...overridden,
});

const file = z.looseObject({
  version: z.literal(0, "is not 0"),
  features: featureList(feature),
  monitoring_config: z.optional(config),
});

/** `constraints.json` as it is written, with the keys that it has and those that we do not know. */
export type ConstraintsFile = z.infer<typeof file>;
type Config = z.infer<typeof config>;

/** @throws MonitoringError `invalid-json` or `invalid-constraints` */
export function parseConstraintsFile(text: string): ConstraintsFile {
  return parseModelMonitorFile("constraints.json", file, text);
}

/** The constraints that a file means: every missing key has the value Model Monitor emits. */
export function parseConstraints(text: string): Constraints {
  const parsed = parseConstraintsFile(text);
  return {
    version: 0,
    features: parsed.features.map(featureConstraints),
    monitoring_config: withOverrides(DEFAULT_MONITORING_CONFIG, configOf(parsed.monitoring_config)),
  };
}

/**
 * What Model Monitor's baseline job emits. Its documentation says 0.1 where every real file says
 * 1.0.
 */
export const DEFAULT_MONITORING_CONFIG: MonitoringConfig = {
  evaluate_constraints: "Enabled",
  emit_metrics: "Enabled",
  datatype_check_threshold: 1,
  domain_content_threshold: 1,
  distribution_constraints: {
    perform_comparison: "Enabled",
    comparison_threshold: 0.1,
    comparison_method: "Robust",
    categorical_comparison_threshold: 0.1,
    categorical_drift_method: "LInfinity",
  },
};

export function withOverrides(
  base: MonitoringConfig,
  overrides: MonitoringConfigOverrides | undefined,
): MonitoringConfig {
  return {
    ...base,
    ...overrides,
    distribution_constraints: {
      ...base.distribution_constraints,
      ...overrides?.distribution_constraints,
    },
  };
}

function featureConstraints(read: z.infer<typeof feature>): FeatureConstraints {
  const overrides = overridesOf(read);
  const domains = read.string_constraints?.domains;
  const nonNegative = read.num_constraints?.is_non_negative;
  return {
    name: read.name,
    inferred_type: read.inferred_type,
    completeness: read.completeness ?? 0,
    ...(nonNegative === undefined ? {} : { num_constraints: { is_non_negative: nonNegative } }),
    ...(domains === undefined ? {} : { string_constraints: { domains } }),
    ...(overrides === undefined ? {} : { monitoring_config_overrides: overrides }),
  };
}

/** All spellings in use are read; where they differ, the one nearest to the feature stands. */
function overridesOf(read: z.infer<typeof feature>): MonitoringConfigOverrides | undefined {
  const spellings = [
    read.num_constraints?.monitoring_config_overrides,
    read.string_constraints?.monitoring_config_overrides,
    read.monitoringConfigOverrides,
    read.monitoring_config_overrides,
  ].flatMap((spelling) => (spelling === undefined ? [] : [configOf(spelling)]));
  if (spellings.length === 0) return undefined;
  const distributions = Object.assign({}, ...spellings.map((s) => s.distribution_constraints));
  return {
    ...(Object.assign({}, ...spellings) as MonitoringConfigOverrides),
    ...(Object.keys(distributions).length === 0
      ? {}
      : { distribution_constraints: distributions as Partial<DistributionConstraints> }),
  };
}

/** The keys we know, and only those that are there. */
function configOf(read: Config | undefined): MonitoringConfigOverrides {
  const { enable_comparisons, min_domain_mass, ...distribution } =
    read?.distribution_constraints ?? {};
  return present({
    evaluate_constraints: read?.evaluate_constraints,
    emit_metrics: read?.emit_metrics,
    datatype_check_threshold: read?.datatype_check_threshold,
    domain_content_threshold: read?.domain_content_threshold ?? min_domain_mass,
    distribution_constraints:
      read?.distribution_constraints &&
      present({
        perform_comparison: distribution.perform_comparison ?? legacySwitch(enable_comparisons),
        comparison_threshold: distribution.comparison_threshold,
        comparison_method: distribution.comparison_method,
        categorical_comparison_threshold: distribution.categorical_comparison_threshold,
        categorical_drift_method: distribution.categorical_drift_method,
      }),
  });
}

function legacySwitch(enabled: boolean | undefined): "Enabled" | "Disabled" | undefined {
  if (enabled === undefined) return undefined;
  return enabled ? "Enabled" : "Disabled";
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(value: T): Present<T> {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries) as Present<T>;
}

/** Model Monitor's own bytes for its own values. */
export function constraintsText(value: Constraints | ConstraintsFile): string {
  return modelMonitorJson(value, () => false);
}
