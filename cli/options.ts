import { type Command, InvalidArgumentError, Option } from "commander";

/** `--columns`, for every command that takes captures. */
export function columnsOption(description: string): Option {
  return new Option("--columns <which>", description)
    .choices(["outputs-and-inputs", "inputs"])
    .default("outputs-and-inputs");
}

/**
 * Ends the command unless these options were given. Commander's own check would come before that of
 * unknown options, and call a misspelt `--out` missing.
 */
export function requireOptions(command: Command, flags: readonly string[]): void {
  for (const flag of flags) {
    const option = command.options.find((known) => known.flags === flag);
    if (option !== undefined && command.getOptionValue(option.attributeName()) === undefined) {
      command.error(`error: required option '${flag}' not specified`);
    }
  }
}

/** A whole number from 1. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError("must be a whole number from 1.");
  return Number(text);
}

/** Names with commas between them. */
export function parseNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("must be names with commas between them.");
  return names;
}
