import type {
  Constraints,
  DistributionConstraints,
  FeatureConstraints,
  MonitoringConfigOverrides,
} from "./constraints-file.ts";
import type { MonitorDefinition, ThresholdOverrides } from "./monitor-definition.ts";
import { MonitoringError } from "./monitoring-error.ts";

type FeatureOverride = ThresholdOverrides & { readonly completeness?: number | undefined };

/**
 * The constraints of a baseline with what its monitor's definition says otherwise. The baseline's file is
 * never written: it may be SageMaker's own.
 *
 * @throws MonitoringError `unknown-feature` when the definition names a feature that the baseline has not
 */
export function withDefinedOverrides(
  constraints: Constraints,
  definition: Pick<MonitorDefinition, "constraints" | "features">,
): Constraints {
  const { features: overridden = {}, ...thresholds } = definition.constraints ?? {};
  const features: Record<string, FeatureOverride> = { ...overridden };
  for (const name of definition.features?.ignored ?? []) {
    features[name] = { ...features[name], evaluate: false };
  }
  const known = new Set(constraints.features.map(({ name }) => name));
  const unknown = Object.keys(features).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new MonitoringError(
      "unknown-feature",
      `definition: ${JSON.stringify(unknown)}: must be features of the baseline`,
    );
  }
  const config = configOf(thresholds);
  const base = constraints.monitoring_config;
  return {
    ...constraints,
    monitoring_config: {
      ...base,
      ...config,
      distribution_constraints: {
        ...base.distribution_constraints,
        ...config.distribution_constraints,
      },
    },
    features: constraints.features.map((feature) =>
      overrideFeature(feature, features[feature.name]),
    ),
  };
}

function overrideFeature(
  feature: FeatureConstraints,
  override: FeatureOverride | undefined,
): FeatureConstraints {
  if (override === undefined) return feature;
  const { completeness = feature.completeness, ...thresholds } = override;
  const own = feature.monitoring_config_overrides;
  const config = configOf(thresholds);
  return {
    ...feature,
    completeness,
    monitoring_config_overrides: {
      ...own,
      ...config,
      distribution_constraints: {
        ...own?.distribution_constraints,
        ...config.distribution_constraints,
      },
    },
  };
}

function configOf(overrides: ThresholdOverrides): MonitoringConfigOverrides {
  const { evaluate, datatypeCheckThreshold, domainContentThreshold } = overrides;
  return {
    ...(evaluate === undefined ? {} : { evaluate_constraints: switchOf(evaluate) }),
    ...(datatypeCheckThreshold === undefined
      ? {}
      : { datatype_check_threshold: datatypeCheckThreshold }),
    ...(domainContentThreshold === undefined
      ? {}
      : { domain_content_threshold: domainContentThreshold }),
    distribution_constraints: distributionOf(overrides),
  };
}

function distributionOf(overrides: ThresholdOverrides): Partial<DistributionConstraints> {
  const named: Record<string, unknown> = {
    perform_comparison:
      overrides.compareDistributions === undefined
        ? undefined
        : switchOf(overrides.compareDistributions),
    comparison_threshold: overrides.comparisonThreshold,
    comparison_method: overrides.comparisonMethod,
    categorical_comparison_threshold: overrides.categoricalComparisonThreshold,
    categorical_drift_method: overrides.categoricalDriftMethod,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

function switchOf(on: boolean): "Enabled" | "Disabled" {
  return on ? "Enabled" : "Disabled";
}
