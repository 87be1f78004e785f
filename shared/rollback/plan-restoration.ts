import { createHash } from "node:crypto";
import type { EndpointConfigContent, LiveEndpoint } from "../canary/plan.ts";
import { finalConfig } from "../canary/plan.ts";
import type { EndpointConfigDescription } from "../capture/plan-capture-change.ts";
import type { DeploymentRecord } from "../contracts/self-healing/run.ts";

/** A version that serves and must not, and the one that served before it. */
export interface Restoration {
  readonly rejected: DeploymentRecord;
  readonly previous: DeploymentRecord;
}

/**
 * What a rejected version is to be replaced by, judged by the deployment timeline alone: the registry says
 * only that a version is rejected, and most of those never served.
 *
 * @param deployments oldest first
 * @returns null when the version does not serve, or nothing served before it
 */
export function planRestoration(
  deployments: readonly DeploymentRecord[],
  modelPackageArn: string,
): Restoration | null {
  const rejected = deployments.find(
    (deployment) => deployment.to === undefined && deployment.modelPackageArn === modelPackageArn,
  );
  const previous = deployments.findLast(
    (deployment) => deployment !== rejected && deployment.modelPackageArn !== modelPackageArn,
  );
  return rejected === undefined || previous === undefined ? null : { rejected, previous };
}

/** `{endpoint}-restored-{hash}`: of the same restoration the same. */
export function restoredConfigName({ rejected }: Restoration): string {
  const hash = createHash("sha256").update(`${rejected.variant} ${rejected.from}`).digest("hex");
  return `${rejected.endpoint.slice(0, 40).replace(/-+$/, "")}-restored-${hash.slice(0, 10)}`;
}

/** The previous variant as it was configured, on as many instances as serve now, and captured as now. */
export function restoredConfig(
  live: LiveEndpoint,
  { rejected, previous }: Restoration,
  before: EndpointConfigDescription,
): EndpointConfigContent {
  const now = finalConfig(live, rejected.variant);
  const count = now.ProductionVariants[0]?.["InitialInstanceCount"];
  const variants = before.ProductionVariants.filter(
    ({ VariantName }) => VariantName === previous.variant,
  );
  const counted = count === undefined ? {} : { InitialInstanceCount: count };
  const ProductionVariants = variants.map((variant) => {
    return { ...variant, ...counted, InitialVariantWeight: 1 };
  });
  return { ...now, ProductionVariants };
}
