import { validationException } from "./service-error.ts";
import { brokenConstraint } from "./validation.ts";

const PAGE_SIZE_DEFAULT = 10;
const PAGE_SIZE_MAX = 100;

/** What every List* call takes. */
export interface ListInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly NameContains?: string;
  readonly SortBy?: string;
  readonly SortOrder?: string;
  /** Seconds since the epoch. */
  readonly CreationTimeAfter?: number;
  readonly CreationTimeBefore?: number;
}

interface Listed {
  readonly name: string;
  readonly creationMillis: number;
}

/** One page of the resources that match, newest first unless the call asks otherwise. */
export function listPage<T extends Listed>(
  resources: Iterable<T>,
  input: ListInput,
): { page: readonly T[]; token: { NextToken?: string } } {
  const size = input.MaxResults ?? PAGE_SIZE_DEFAULT;
  if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE_MAX) {
    throw brokenConstraint(size, "maxResults", `Member must be between 1 and ${PAGE_SIZE_MAX}`);
  }
  const sorted = [...resources]
    .filter((resource) => matches(resource, input))
    .sort((a, b) => compare(a, b, input.SortBy));
  if (input.SortOrder !== "Ascending") sorted.reverse();
  const start = input.NextToken === undefined ? 0 : startOf(input.NextToken);
  const page = sorted.slice(start, start + size);
  const end = start + page.length;
  return { page, token: end < sorted.length ? { NextToken: tokenOf(end) } : {} };
}

function matches({ name, creationMillis }: Listed, input: ListInput): boolean {
  const { NameContains, CreationTimeAfter, CreationTimeBefore } = input;
  return (
    (NameContains === undefined || name.includes(NameContains)) &&
    (CreationTimeAfter === undefined || creationMillis >= CreationTimeAfter * 1000) &&
    (CreationTimeBefore === undefined || creationMillis <= CreationTimeBefore * 1000)
  );
}

function compare(a: Listed, b: Listed, sortBy: string | undefined): number {
  const byName = a.name < b.name ? -1 : 1;
  if (sortBy === "Name") return byName;
  return a.creationMillis - b.creationMillis || byName;
}

function tokenOf(start: number): string {
  return Buffer.from(JSON.stringify({ start })).toString("base64url");
}

function startOf(token: string): number {
  try {
    const { start } = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (Number.isInteger(start) && start >= 0) return start;
  } catch {
    // Whatever is wrong with a token, SageMaker says the same of it.
  }
  throw validationException("Invalid NextToken.");
}
