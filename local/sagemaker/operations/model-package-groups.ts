import type {
  CreateModelPackageGroupCommandInput,
  DeleteModelPackageGroupCommandInput,
  DescribeModelPackageGroupCommandInput,
} from "@aws-sdk/client-sagemaker";
import { arnOf, epochSeconds, type Operation, type SimulatorContext } from "../context.ts";
import type { StoredModelPackageGroup } from "../registry/model-package.ts";
import { validationException } from "../service-error.ts";
import { requireName } from "../validation.ts";
import { tagOnCreation } from "./tags.ts";

export const modelPackageGroupOperations: Readonly<Record<string, Operation>> = {
  CreateModelPackageGroup: createGroup,
  DescribeModelPackageGroup: describeGroup,
  DeleteModelPackageGroup: deleteGroup,
};

function createGroup(
  context: SimulatorContext,
  input: CreateModelPackageGroupCommandInput,
): object {
  const name = requireName(input.ModelPackageGroupName, "modelPackageGroupName");
  const arn = arnOf(context, "model-package-group", name);
  if (context.state.modelPackageGroups.has(name)) {
    throw validationException(`Model Package Group already exists: ${arn}`);
  }
  const { Tags, ModelPackageGroupName: _, ...content } = input;
  const creationMillis = context.now();
  context.state.modelPackageGroups.set(name, { name, arn, creationMillis, input: content });
  tagOnCreation(context, arn, Tags);
  return { ModelPackageGroupArn: arn };
}

function describeGroup(
  context: SimulatorContext,
  input: DescribeModelPackageGroupCommandInput,
): object {
  const group = findModelPackageGroup(context, input.ModelPackageGroupName);
  return {
    ...group.input,
    ModelPackageGroupName: group.name,
    ModelPackageGroupArn: group.arn,
    CreationTime: epochSeconds(group.creationMillis),
    CreatedBy: {},
    ModelPackageGroupStatus: "Completed",
  };
}

function deleteGroup(
  context: SimulatorContext,
  input: DeleteModelPackageGroupCommandInput,
): object {
  const { name, arn } = findModelPackageGroup(context, input.ModelPackageGroupName);
  if ([...context.state.modelPackages.values()].some(({ group }) => group === name)) {
    throw validationException(`Model Package Group ${arn} still contains model packages.`);
  }
  context.state.modelPackageGroups.delete(name);
  context.state.tags.delete(arn);
  return {};
}

/** A group by its name or its ARN. */
export function findModelPackageGroup(
  context: SimulatorContext,
  value: string | undefined,
): StoredModelPackageGroup {
  const { modelPackageGroups } = context.state;
  const byArn = [...modelPackageGroups.values()].find(({ arn }) => arn === value);
  if (byArn !== undefined) return byArn;
  const name = requireName(value, "modelPackageGroupName");
  const group = modelPackageGroups.get(name);
  if (group === undefined) {
    const arn = arnOf(context, "model-package-group", name);
    throw validationException(`ModelPackageGroup ${arn} does not exist.`);
  }
  return group;
}
