import type {
  CreateModelPackageCommandInput,
  DeleteModelPackageCommandInput,
  DescribeModelPackageCommandInput,
} from "@aws-sdk/client-sagemaker";
import { arnOf, epochSeconds, type Operation, type SimulatorContext } from "../context.ts";
import { modelPackageEvent } from "../events/registry-events.ts";
import { type ListInput, listPage } from "../listing.ts";
import {
  packageSummary,
  packageTimes,
  packageView,
  type StoredModelPackage,
} from "../registry/model-package.ts";
import { requireModelPackage } from "../registry/package-rules.ts";
import { validationException } from "../service-error.ts";
import { requireText } from "../validation.ts";
import { findModelPackageGroup } from "./model-package-groups.ts";
import { tagOnCreation } from "./tags.ts";

export const modelPackageOperations: Readonly<Record<string, Operation>> = {
  CreateModelPackage: createModelPackage,
  DescribeModelPackage: describeModelPackage,
  ListModelPackages: listModelPackages,
  DeleteModelPackage: deleteModelPackage,
};

function createModelPackage(
  context: SimulatorContext,
  input: CreateModelPackageCommandInput,
): object {
  const group = findModelPackageGroup(context, input.ModelPackageGroupName);
  requireModelPackage(input);
  const siblings = packagesOf(context, group.name);
  const { Tags: tags = [], ModelPackageGroupName: _, ClientToken: token, ...content } = input;
  const known = siblings.find(({ clientToken }) => token !== undefined && clientToken === token);
  if (known !== undefined) return { ModelPackageArn: known.arn };

  const version = 1 + Math.max(0, ...siblings.map((sibling) => sibling.version));
  const name = `${group.name}/${version}`;
  const arn = arnOf(context, "model-package", name);
  const millis = context.now();
  const { ModelApprovalStatus = "PendingManualApproval" } = content;
  const stored: StoredModelPackage = {
    name,
    arn,
    group: group.name,
    version,
    creationMillis: millis,
    modifiedMillis: millis,
    input: { ...content, ModelApprovalStatus },
    tags,
    ...(token === undefined ? {} : { clientToken: token }),
  };
  context.state.modelPackages.set(name, stored);
  tagOnCreation(context, arn, tags);
  context.events.publish(modelPackageEvent(stored));
  return { ModelPackageArn: arn };
}

function describeModelPackage(
  context: SimulatorContext,
  input: DescribeModelPackageCommandInput,
): object {
  const stored = findModelPackage(context, input.ModelPackageName, "modelPackageName");
  return { ...packageView(stored), ...packageTimes(stored), ModelPackageName: stored.name };
}

interface ListModelPackagesInput extends ListInput {
  readonly ModelPackageGroupName?: string;
  readonly ModelApprovalStatus?: string;
}

function listModelPackages(context: SimulatorContext, input: ListModelPackagesInput): object {
  // Without a group, SageMaker lists the packages that have no version; there are none here.
  const group = input.ModelPackageGroupName;
  const all =
    group === undefined ? [] : packagesOf(context, findModelPackageGroup(context, group).name);
  const status = input.ModelApprovalStatus;
  const wanted = all.filter(
    (stored) => status === undefined || stored.input.ModelApprovalStatus === status,
  );
  const { page, token } = listPage(wanted, input);
  const ModelPackageSummaryList = page.map((stored) => ({
    ...packageSummary(stored),
    CreationTime: epochSeconds(stored.creationMillis),
  }));
  return { ModelPackageSummaryList, ...token };
}

function deleteModelPackage(
  context: SimulatorContext,
  input: DeleteModelPackageCommandInput,
): object {
  const { name, arn } = findModelPackage(context, input.ModelPackageName, "modelPackageName");
  context.state.modelPackages.delete(name);
  context.state.tags.delete(arn);
  return {};
}

function packagesOf({ state }: SimulatorContext, name: string): readonly StoredModelPackage[] {
  return [...state.modelPackages.values()].filter(({ group }) => group === name);
}

/** A version by its ARN or as `group/version`. */
export function findModelPackage(
  context: SimulatorContext,
  value: string | undefined,
  member: string,
): StoredModelPackage {
  const wanted = requireText(value, member);
  const found = [...context.state.modelPackages.values()].find(
    ({ arn, name }) => arn === wanted || name === wanted,
  );
  if (found === undefined) throw validationException(`ModelPackage ${wanted} does not exist.`);
  return found;
}
