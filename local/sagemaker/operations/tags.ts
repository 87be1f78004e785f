import type {
  AddTagsCommandInput,
  DeleteTagsCommandInput,
  ListTagsCommandInput,
  Tag,
} from "@aws-sdk/client-sagemaker";
import type { Operation, SimulatorContext } from "../context.ts";
import { validationException } from "../service-error.ts";
import { requireList, requireText } from "../validation.ts";

const TAG_COUNT_MAX = 50;

export const tagOperations: Readonly<Record<string, Operation>> = {
  AddTags: addTags,
  ListTags: listTags,
  DeleteTags: deleteTags,
};

/** Tags given with a Create* call. */
export function tagOnCreation(
  context: SimulatorContext,
  arn: string,
  tags: readonly Tag[] | undefined,
): void {
  if (tags !== undefined && tags.length > 0) context.state.tags.set(arn, merged([], tags));
}

function addTags(context: SimulatorContext, input: AddTagsCommandInput): object {
  const arn = requireResource(context, input.ResourceArn);
  const added = requireList(input.Tags, "tags", TAG_COUNT_MAX);
  const tags = merged(context.state.tags.get(arn) ?? [], added);
  if (tags.length > TAG_COUNT_MAX) {
    throw validationException(`Too many tags: a resource takes at most ${TAG_COUNT_MAX}.`);
  }
  context.state.tags.set(arn, tags);
  return { Tags: tags };
}

function listTags(context: SimulatorContext, input: ListTagsCommandInput): object {
  const arn = requireResource(context, input.ResourceArn);
  return { Tags: context.state.tags.get(arn) ?? [] };
}

function deleteTags(context: SimulatorContext, input: DeleteTagsCommandInput): object {
  const arn = requireResource(context, input.ResourceArn);
  const keys = new Set(requireList(input.TagKeys, "tagKeys", TAG_COUNT_MAX));
  const kept = (context.state.tags.get(arn) ?? []).filter(({ Key }) => !keys.has(Key!));
  context.state.tags.set(arn, kept);
  return {};
}

/** The later value of a key replaces the earlier one. */
function merged(old: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const byKey = new Map([...old, ...added].map((tag) => [tag.Key, tag]));
  return [...byKey.values()];
}

function requireResource({ state }: SimulatorContext, value: string | undefined): string {
  const arn = requireText(value, "resourceArn");
  if (!state.hasResource(arn)) {
    throw validationException(`Could not find resource "${arn}".`);
  }
  return arn;
}
