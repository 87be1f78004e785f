import { overlapsOwnOutput } from "../shared/contracts/label-source.ts";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";
import { s3Uri } from "../shared/contracts/s3-uri.ts";

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Properties: unknown }>>;
}

interface Serverless {
  readonly service: {
    readonly provider: { readonly compiledCloudFormationTemplate: Template };
  };
}

interface Pattern {
  readonly EventPattern: {
    readonly detail: {
      readonly bucket: { readonly name: readonly string[] };
      readonly object: { readonly key: readonly { readonly prefix?: string }[] };
    };
  };
}

/**
 * For the Serverless Framework: packages nothing that would import labels from where Plumbline writes,
 * since each import would then lead to the next.
 */
export default class LoopPlugin {
  readonly hooks: Readonly<Record<string, () => void>>;

  constructor({ service }: Serverless) {
    this.hooks = {
      "after:aws:package:finalize:mergeCustomProviderResources": () =>
        refuseLoops(service.provider.compiledCloudFormationTemplate),
    };
  }
}

/** @throws MonitoringError `label-prefix-overlaps` */
export function refuseLoops({ Resources }: Template): void {
  const { BucketName } = Resources["Bucket"]!.Properties as { readonly BucketName: string };
  const { detail } = (Resources["ImportLabelsRule"]!.Properties as Pattern).EventPattern;
  for (const bucket of detail.bucket.name) {
    for (const { prefix = "" } of detail.object.key) {
      // The rule pairs every bucket with every prefix.
      if (!overlapsOwnOutput({ bucket, key: prefix }, BucketName)) continue;
      throw new MonitoringError(
        "label-prefix-overlaps",
        `labelPrefixes: ${s3Uri({ bucket, key: prefix })}: must not overlap what Plumbline writes`,
      );
    }
  }
}
