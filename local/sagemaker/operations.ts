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
import { tagOperations } from "./operations/tags.ts";
import { trainingJobOperations } from "./operations/training-jobs.ts";
import { transformJobOperations } from "./operations/transform-jobs.ts";

/** All calls of the control plane by name; a further group of calls is one more line here. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [
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
  ].flatMap((group) => Object.entries(group)),
);
