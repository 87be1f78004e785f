import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  ObjectNotFoundException,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListTagsCommand,
  SageMakerClient,
  SageMakerServiceException,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from "@aws-sdk/client-sagemaker";
import { mockClient } from "aws-sdk-client-mock";
import type { AroundCall, Item } from "./memory-table.ts";

const CAPTURE = {
  EnableCapture: true,
  InitialSamplingPercentage: 100,
  DestinationS3Uri: "s3://bucket/captures",
  CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
};

/** An endpoint that scales, in memory; a change of it shows as under way once, then it is over. */
export class MemoryEndpoint {
  around: AroundCall = () => {};
  readonly configs = new Map<string, Item>();
  readonly scaled = new Set<string>();
  #live: Item = {};
  #next: Item | null = null;
  #modifiedMillis = Date.parse("2026-01-15T10:00:00Z");
  readonly #mocks = [
    mockClient(SageMakerClient),
    mockClient(ApplicationAutoScalingClient),
  ] as const;

  constructor() {
    this.reset();
    const [sagemaker, scaling] = this.#mocks;
    const on = (name: string, effect: (input: Item) => object) => (input: Item) => {
      this.around(name, "before");
      const output = effect(input);
      this.around(name, "after");
      return output;
    };
    sagemaker.on(DescribeEndpointCommand).callsFake(on("Describe", () => this.#describe()));
    sagemaker.on(DescribeEndpointConfigCommand).callsFake(
      on("DescribeConfig", ({ EndpointConfigName: name }) => {
        return { ...this.configs.get(name), EndpointConfigName: name, EndpointConfigArn: name };
      }),
    );
    sagemaker.on(CreateEndpointConfigCommand).callsFake(on("CreateConfig", (c) => this.#create(c)));
    sagemaker.on(UpdateEndpointCommand).callsFake(on("Update", (input) => this.#update(input)));
    sagemaker
      .on(UpdateEndpointWeightsAndCapacitiesCommand)
      .callsFake(on("Weights", (input) => this.#weights(input)));
    sagemaker.on(CreateModelCommand).callsFake(on("CreateModel", () => ({})));
    sagemaker.on(DescribeModelCommand).callsFake(on("DescribeModel", () => ({})));
    sagemaker.on(ListTagsCommand).callsFake(on("ListTags", () => ({ Tags: [] })));
    const variantOf = ({ ResourceId }: Item): string => ResourceId.split("/").at(-1);
    scaling.on(DescribeScalableTargetsCommand).callsFake(
      on("Targets", ({ ResourceIds: [ResourceId] }) => ({
        ScalableTargets: this.scaled.has(variantOf({ ResourceId })) ? [{ MinCapacity: 1 }] : [],
      })),
    );
    scaling.on(DescribeScalingPoliciesCommand).callsFake(on("Policies", () => ({})));
    scaling
      .on(RegisterScalableTargetCommand)
      .callsFake(on("Register", (input) => this.scaled.add(variantOf(input))));
    scaling.on(PutScalingPolicyCommand).callsFake(on("PutPolicy", () => ({})));
    scaling.on(DeregisterScalableTargetCommand).callsFake(
      on("Deregister", (input) => {
        if (this.scaled.delete(variantOf(input))) return {};
        throw new ObjectNotFoundException({ message: "absent", $metadata: {} });
      }),
    );
  }

  /** One variant on two instances that scale. */
  reset(): void {
    const ProductionVariants = [
      { VariantName: "AllTraffic", ModelName: "first", InitialInstanceCount: 2 },
    ];
    this.configs.clear();
    this.configs.set("base", { ProductionVariants, DataCaptureConfig: CAPTURE });
    this.scaled.clear();
    this.scaled.add("AllTraffic");
    this.#next = null;
    this.#live = {};
    this.#live = this.#deployed("base");
  }

  close(): void {
    for (const mock of this.#mocks) mock.restore();
  }

  /** What serves once nothing is under way. */
  get settled(): { readonly configName: string; readonly weights: Record<string, number> } {
    const live: Item = this.#next ?? this.#live;
    const weights = live.variants.map((variant: Item) => [variant.VariantName, variant.weight]);
    return { configName: live.configName, weights: Object.fromEntries(weights) };
  }

  get isCapturing(): boolean {
    return this.configs.get(this.settled.configName)!.DataCaptureConfig.EnableCapture;
  }

  #deployed(configName: string): Item {
    const variants = this.configs.get(configName)!.ProductionVariants.map((variant: Item) => {
      const old = this.#live.variants?.find((one: Item) => one.VariantName === variant.VariantName);
      const { InitialVariantWeight: weight = 1, InitialInstanceCount: count = 1 } = variant;
      return old ?? { VariantName: variant.VariantName, weight, count };
    });
    return { configName, variants };
  }

  #describe(): object {
    const isUnderWay = this.#next !== null;
    const { configName, variants } = this.#live;
    const output = {
      EndpointName: "churn",
      EndpointStatus: isUnderWay ? "Updating" : "InService",
      EndpointConfigName: configName,
      LastModifiedTime: new Date(this.#modifiedMillis),
      ProductionVariants: variants.map(({ VariantName, weight, count }: Item) => {
        const desired: Item =
          this.#next?.variants.find((one: Item) => one.VariantName === VariantName) ?? {};
        return {
          VariantName,
          CurrentWeight: weight,
          DesiredWeight: desired.weight ?? weight,
          CurrentInstanceCount: count,
          DesiredInstanceCount: desired.count ?? count,
        };
      }),
      ...(isUnderWay && this.#next!.configName !== configName
        ? { PendingDeploymentSummary: { EndpointConfigName: this.#next!.configName } }
        : {}),
    };
    if (this.#next !== null) {
      this.#live = this.#next;
      this.#modifiedMillis += 60_000;
      this.#next = null;
    }
    return output;
  }

  #create({ EndpointConfigName: name, ...content }: Item): object {
    if (this.configs.has(name)) throw refusal("Cannot create already existing configuration.");
    this.configs.set(name, structuredClone(content));
    return {};
  }

  #update({ EndpointConfigName: name }: Item): object {
    if (this.#next !== null) throw refusal("Cannot update in-progress endpoint.");
    const next = this.#deployed(name);
    const names = next.variants.map(({ VariantName }: Item) => VariantName);
    for (const variant of this.scaled) {
      if (!names.includes(variant)) throw refusal(`The variant ${variant} scales.`);
    }
    this.#next = next;
    return {};
  }

  #weights({ DesiredWeightsAndCapacities: changes }: Item): object {
    if (this.#next !== null) throw refusal("Cannot update in-progress endpoint.");
    const { configName, variants } = this.#live;
    this.#next = {
      configName,
      variants: variants.map((variant: Item) => {
        const change = changes.find((one: Item) => one.VariantName === variant.VariantName) ?? {};
        const { DesiredWeight: weight = variant.weight } = change;
        return { ...variant, weight, count: change.DesiredInstanceCount ?? variant.count };
      }),
    };
    return {};
  }
}

function refusal(message: string): SageMakerServiceException {
  const name = "ValidationException";
  return new SageMakerServiceException({ name, message, $fault: "client", $metadata: {} });
}
