import { ServiceError, validationException } from "./service-error.ts";

const NAME_LENGTH_MAX = 63;
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const NAME_PATTERN = "^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}";

/** A constraint that a member broke, worded as SageMaker words it. */
export function brokenConstraint(value: unknown, member: string, rule: string): ServiceError {
  const shown = value === undefined || value === null ? "null" : `'${String(value)}'`;
  return validationException(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: ${rule}`,
  );
}

/** The name of a model, endpoint configuration, endpoint or variant. */
export function requireName(value: unknown, member: string): string {
  if (value === undefined || value === null) {
    throw brokenConstraint(value, member, "Member must not be null");
  }
  if (typeof value !== "string") {
    throw new ServiceError("SerializationException", `${member} is not a string`);
  }
  if (value.length > NAME_LENGTH_MAX) {
    const rule = `Member must have length less than or equal to ${NAME_LENGTH_MAX}`;
    throw brokenConstraint(value, member, rule);
  }
  if (!NAME.test(value)) {
    const rule = `Member must satisfy regular expression pattern: ${NAME_PATTERN}`;
    throw brokenConstraint(value, member, rule);
  }
  return value;
}

/** A list with at least one and at most `maximum` members. */
export function requireList<T>(
  value: readonly T[] | undefined,
  member: string,
  maximum: number,
): readonly T[] {
  if (value === undefined) throw brokenConstraint(value, member, "Member must not be null");
  if (value.length === 0) {
    const rule = "Member must have length greater than or equal to 1";
    throw brokenConstraint("[]", member, rule);
  }
  if (value.length > maximum) {
    const rule = `Member must have length less than or equal to ${maximum}`;
    throw brokenConstraint(`[${value.length} members]`, member, rule);
  }
  return value;
}

export function requireText(value: string | undefined, member: string): string {
  if (value === undefined || value === "") {
    throw brokenConstraint(value, member, "Member must not be null");
  }
  return value;
}
