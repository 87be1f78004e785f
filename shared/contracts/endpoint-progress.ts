import * as z from "zod/mini";

/** Weights are floats that make a round trip through AWS. */
const WEIGHT_TOLERANCE = 1e-3;

const weight = z.optional(z.number());
const count = z.optional(z.number());

/** What we read of DescribeEndpoint; AWS adds keys now and then, so unknown ones pass. */
export const endpointDescription = z.looseObject({
  EndpointName: z.string(),
  EndpointStatus: z.string(),
  EndpointConfigName: z.optional(z.string()),
  FailureReason: z.optional(z.string()),
  LastModifiedTime: z.date(),
  PendingDeploymentSummary: z.optional(z.looseObject({})),
  ProductionVariants: z.optional(
    z.array(
      z.looseObject({
        VariantName: z.string(),
        CurrentWeight: weight,
        DesiredWeight: weight,
        CurrentInstanceCount: count,
        DesiredInstanceCount: count,
        CurrentServerlessConfig: z.optional(z.looseObject({})),
      }),
    ),
  ),
  DataCaptureConfig: z.optional(
    z.looseObject({
      EnableCapture: z.boolean(),
      CaptureStatus: z.string(),
      CurrentSamplingPercentage: z.number(),
      DestinationS3Uri: z.string(),
      KmsKeyId: z.optional(z.string()),
    }),
  ),
});

export type EndpointDescription = z.infer<typeof endpointDescription>;

/** How an endpoint stands towards the configuration that it was asked to take. */
export type EndpointProgress =
  /** It serves the target, with the weights and instances that are desired. */
  | { readonly kind: "applied" }
  /** It serves another configuration: SageMaker went back, perhaps without saying why. */
  | { readonly kind: "rolledBack"; readonly servingConfigName: string; readonly reason: string }
  /** It does not serve any more, or not as a whole. */
  | { readonly kind: "broken"; readonly status: string; readonly reason: string }
  /** A change is under way; look again later. */
  | { readonly kind: "waiting"; readonly status: string };

const BROKEN = new Set(["Failed", "UpdateRollbackFailed", "OutOfService"]);

/**
 * Judges a DescribeEndpoint against the configuration that was asked for. `InService` alone proves
 * nothing: an endpoint that rolled back is InService as well, sometimes with no reason given.
 * A status that is not known counts as waiting: AWS adds some, and the next look tells more.
 */
export function endpointProgress(
  endpoint: EndpointDescription,
  targetConfigName: string,
): EndpointProgress {
  const { EndpointStatus: status, EndpointConfigName: servingConfigName = "" } = endpoint;
  const reason = endpoint.FailureReason || "SageMaker gave no reason";
  if (BROKEN.has(status)) return { kind: "broken", status, reason };
  const settled = status === "InService" && endpoint.PendingDeploymentSummary === undefined;
  if (!settled) return { kind: "waiting", status };
  if (servingConfigName !== targetConfigName) {
    return { kind: "rolledBack", servingConfigName, reason };
  }
  return variantsReached(endpoint) ? { kind: "applied" } : { kind: "waiting", status };
}

function variantsReached({ ProductionVariants = [] }: EndpointDescription): boolean {
  return ProductionVariants.every(
    ({ CurrentWeight = 0, DesiredWeight = 0, CurrentInstanceCount, DesiredInstanceCount }) =>
      Math.abs(CurrentWeight - DesiredWeight) < WEIGHT_TOLERANCE &&
      CurrentInstanceCount === DesiredInstanceCount,
  );
}
