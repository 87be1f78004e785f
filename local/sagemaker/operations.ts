import type { Operation } from "./context.ts";
import { endpointConfigOperations } from "./operations/endpoint-configs.ts";
import { endpointUpdateOperations } from "./operations/endpoint-updates.ts";
import { endpointOperations } from "./operations/endpoints.ts";
import { modelPackageGroupOperations } from "./operations/model-package-groups.ts";
import { modelPackageUpdateOperations } from "./operations/model-package-updates.ts";
import { modelPackageOperations } from "./operations/model-packages.ts";
import { modelOperations } from "./operations/models.ts";
import { pipelineExecutionOperations } from "./operations/pipeline-executions.ts";
import { pipelineOperations } from "./operations/pipelines.ts";
import { scalableTargetOperations } from "./operations/scalable-targets.ts";
import { scalingPolicyOperations } from "./operations/scaling-policies.ts";
import { tagOperations } from "./operations/tags.ts";
import { trainingJobOperations } from "./operations/training-jobs.ts";
import { transformJobOperations } from "./operations/transform-jobs.ts";

/** All calls by service and name; a further group of calls is one more line here. */
const GROUPS: Readonly<Record<string, readonly Readonly<Record<string, Operation>>[]>> = {
  SageMaker: [
    modelOperations,
    endpointConfigOperations,
    endpointOperations,
    endpointUpdateOperations,
    trainingJobOperations,
    transformJobOperations,
    modelPackageGroupOperations,
    modelPackageOperations,
    modelPackageUpdateOperations,
    pipelineOperations,
    pipelineExecutionOperations,
    tagOperations,
  ],
  // Application Auto Scaling, as it calls itself on the wire.
  AnyScaleFrontendService: [scalableTargetOperations, scalingPolicyOperations],
};

/** By the target that a request names, such as `SageMaker.CreateModel`. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries(GROUPS).flatMap(([service, groups]) =>
    groups
      .flatMap((group) => Object.entries(group))
      .map(([name, operation]) => [`${service}.${name}`, operation] as const),
  ),
);
