import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type {
  CreateModelCommandInput,
  DataCaptureConfig,
  DeploymentConfig,
  ProductionVariant,
  Tag,
} from "@aws-sdk/client-sagemaker";
import type { StoredScalableTarget, StoredScalingPolicy } from "./auto-scaling/scaling.ts";
import type { Guardrail } from "./guardrails/stages.ts";
import type { StoredTrainingJob } from "./jobs/training-job.ts";
import type { StoredTransformJob } from "./jobs/transform-job.ts";
import type { StoredExecution, StoredPipeline } from "./pipelines/pipeline.ts";
import type { StoredModelPackage, StoredModelPackageGroup } from "./registry/model-package.ts";

/** A model as it was created. */
export interface StoredModel {
  readonly name: string;
  readonly arn: string;
  readonly creationMillis: number;
  readonly input: Omit<CreateModelCommandInput, "Tags">;
  /** What runs: of the input itself, or of the model package that it names. */
  readonly container: ModelContainer;
}

export interface ModelContainer {
  readonly image: string;
  /** Where the artefact lies. */
  readonly url?: string;
}

/** An endpoint configuration as it was created; it never changes. */
export interface StoredEndpointConfig {
  readonly name: string;
  readonly arn: string;
  readonly creationMillis: number;
  readonly input: EndpointConfigContent;
}

export interface EndpointConfigContent {
  readonly ProductionVariants: readonly ProductionVariant[];
  readonly ShadowProductionVariants?: readonly ProductionVariant[];
  readonly DataCaptureConfig?: DataCaptureConfig;
  readonly [member: string]: unknown;
}

/** One variant as it serves: which model, on how much capacity, with which share of the traffic. */
export interface LiveVariant {
  readonly name: string;
  /** Held here as well: an endpoint goes on serving a model that was deleted. */
  readonly model: StoredModel;
  readonly currentWeight: number;
  readonly desiredWeight: number;
  readonly instanceType?: string;
  /** Absent on serverless variants. */
  readonly currentInstanceCount?: number;
  readonly desiredInstanceCount?: number;
  readonly serverless?: NonNullable<ProductionVariant["ServerlessConfig"]>;
}

/** What an endpoint runs: the part that an update replaces as a whole. */
export interface Deployment {
  readonly configName: string;
  readonly variants: readonly LiveVariant[];
  /** They get copies of requests, and nobody gets their answers. */
  readonly shadows: readonly LiveVariant[];
  readonly dataCapture?: DataCaptureConfig;
}

/** A change under way; it takes effect when its time has come. */
export interface Transition {
  readonly kind: "create" | "update" | "weights" | "delete";
  readonly startMillis: number;
  readonly untilMillis: number;
  readonly target: Deployment;
  /** Reads before this instant still show the endpoint as it was. */
  readonly visibleFromMillis: number;
  /** How it ends instead of in its target, and what the endpoint then says of it. */
  readonly fault?: "roll-back" | "fail" | "no-capacity" | "alarmed";
  readonly reason?: string;
  readonly guardrail?: Guardrail;
}

export interface StoredEndpoint {
  readonly name: string;
  readonly arn: string;
  readonly creationMillis: number;
  readonly modifiedMillis: number;
  readonly status: "InService" | "Failed";
  readonly failureReason?: string;
  /** Absent until the first deployment has succeeded. */
  readonly deployment?: Deployment;
  /** Of the last guarded update. */
  readonly deploymentConfig?: DeploymentConfig;
  readonly transition?: Transition;
}

const FILE = "sagemaker.json";

/** All resources of the simulated account, kept in one JSON file so that a restart keeps them. */
export class State {
  readonly models = new Map<string, StoredModel>();
  readonly endpointConfigs = new Map<string, StoredEndpointConfig>();
  readonly endpoints = new Map<string, StoredEndpoint>();
  readonly trainingJobs = new Map<string, StoredTrainingJob>();
  readonly transformJobs = new Map<string, StoredTransformJob>();
  readonly modelPackageGroups = new Map<string, StoredModelPackageGroup>();
  readonly modelPackages = new Map<string, StoredModelPackage>();
  readonly pipelines = new Map<string, StoredPipeline>();
  readonly pipelineExecutions = new Map<string, StoredExecution>();
  readonly scalableTargets = new Map<string, StoredScalableTarget>();
  readonly scalingPolicies = new Map<string, StoredScalingPolicy>();
  readonly tags = new Map<string, readonly Tag[]>();
  readonly #file: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#file = join(folder, FILE);
    const stored = readIfPresent(this.#file);
    if (stored === undefined) return;
    for (const [name, map] of Object.entries(this.#maps())) {
      for (const [key, value] of stored[name] ?? []) map.set(key, value);
    }
  }

  /** Written beside the file and moved over it: a killed process leaves the old state whole. */
  save(): void {
    const entries = Object.entries(this.#maps()).map(([name, map]) => [name, [...map]]);
    writeFileSync(`${this.#file}.new`, JSON.stringify(Object.fromEntries(entries), null, 1));
    renameSync(`${this.#file}.new`, this.#file);
  }

  /** Whether anything that may carry tags has this ARN. */
  hasResource(arn: string): boolean {
    const { tags: _, ...resources } = this.#maps();
    return Object.values(resources).some((map) =>
      [...map.values()].some((resource) => (resource as { arn?: string }).arn === arn),
    );
  }

  #maps(): Record<string, Map<string, unknown>> {
    const maps = Object.entries(this).filter(([, value]) => value instanceof Map);
    return Object.fromEntries(maps);
  }
}

function readIfPresent(file: string): Record<string, [string, unknown][]> | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`state: ${file}: not JSON: delete it to begin anew`, { cause });
  }
}
