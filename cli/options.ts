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

/** A column by its index from 0, or by its name. */
export function parseColumn(text: string): number | string {
  if (text === "") throw new InvalidArgumentError("must be an index or a name.");
  return /^\d{1,6}$/.test(text) ? Number(text) : text;
}

/** Columns with commas between them; one alone holds a list. */
export function parseColumns(text: string): number | string | (number | string)[] {
  const columns = parseNames(text).map(parseColumn);
  return columns.length === 1 ? columns[0]! : columns;
}

/** A number from 0 to 1. */
export function parseFraction(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("must be a number from 0 to 1.");
  return value;
}

/** `--problem`, the columns of predictions and `--threshold`, for every command that judges predictions. */
export function predictionOptions(command: Command, problem: string): Command {
  return command
    .addOption(
      new Option("--problem <kind>", problem).choices([
        "binary-classification",
        "multiclass-classification",
        "regression",
      ]),
    )
    .option("--probability <column>", "of the positive class: index or name", parseColumn)
    .option("--prediction <column>", "the predicted label or value: index or name", parseColumn)
    .option("--classes <list>", "of several classes: their names", parseNames)
    .option("--probabilities <list>", "a column a class, or one that holds a list", parseColumns)
    .option("--threshold <number>", "a probability above it predicts the class", parseFraction)
    .addOption(
      new Option("--dialect <name>", "rules: 95 % intervals, or points as in Model Monitor")
        .choices(["calibrated", "sagemaker"])
        .default("calibrated"),
    );
}
