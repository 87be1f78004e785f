/** Rows whose label is known, with what the model said of them. Columns are of one length. */
export type LabelledRows = BinaryRows | MulticlassRows | RegressionRows;

export interface BinaryRows {
  readonly problem: "binary-classification";
  /** 1 is the positive class, 0 the other. */
  readonly labels: Uint8Array;
  readonly predictions: Uint8Array;
  /** Of the positive class, each in [0, 1]; null when the model gives none. */
  readonly probabilities: Float64Array | null;
}

export interface MulticlassRows {
  readonly problem: "multiclass-classification";
  /** Ascending: by value when all are numbers, else by code unit. */
  readonly classes: readonly string[];
  /** Indexes into `classes`. */
  readonly labels: Uint32Array;
  readonly predictions: Uint32Array;
  /** null when the model gives none. */
  readonly probabilities: ClassProbabilities | null;
}

/** What a model says of each class of each row. Its classes are those it knows, in its own order. */
export interface ClassProbabilities {
  readonly classCount: number;
  /** `values[row * classCount + class]`, each in [0, 1]. */
  readonly values: Float64Array;
  /** The class that a row's label names, or -1 when it is none that the model knows. */
  readonly truths: Int32Array;
}

export interface RegressionRows {
  readonly problem: "regression";
  readonly labels: Float64Array;
  readonly predictions: Float64Array;
}

export const rowCountOf = (rows: LabelledRows): number => rows.labels.length;

/** The order that Model Monitor's files list classes in. */
export function sortedClasses(names: Iterable<string>): string[] {
  const distinct = [...new Set(names)];
  const numeric = distinct.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  if (!numeric) return distinct.sort();
  return distinct.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
}

/** Rows of the given names, as indexes into their sorted classes. */
export function multiclassRows(
  labels: readonly string[],
  predictions: readonly string[],
  probabilities: ClassProbabilities | null = null,
): MulticlassRows {
  requireSameLength("predictions", predictions.length, labels.length);
  const classes = sortedClasses(labels.concat(predictions));
  const indexes = new Map(classes.map((name, index) => [name, index]));
  return {
    problem: "multiclass-classification",
    classes,
    labels: Uint32Array.from(labels, (name) => indexes.get(name)!),
    predictions: Uint32Array.from(predictions, (name) => indexes.get(name)!),
    probabilities,
  };
}

export function requireSameLength(what: string, length: number, expected: number): void {
  if (length !== expected) {
    throw new RangeError(`${what}: ${length} values: must be as many as labels, ${expected}`);
  }
}

/** Some of the rows, by index; an index may come more than once. */
export function pickRows<Rows extends LabelledRows>(rows: Rows, indexes: Uint32Array): Rows {
  const pick = <Column extends Uint8Array | Uint32Array | Float64Array>(column: Column): Column => {
    const picked = new (column.constructor as new (length: number) => Column)(indexes.length);
    for (let at = 0; at < indexes.length; at += 1) picked[at] = column[indexes[at]!]!;
    return picked;
  };
  const labels = pick(rows.labels);
  const predictions = pick(rows.predictions);
  if (!("probabilities" in rows)) return { ...rows, labels, predictions };
  const { probabilities } = rows;
  return {
    ...rows,
    labels,
    predictions,
    probabilities:
      probabilities === null
        ? null
        : "truths" in probabilities
          ? pickClasses(probabilities, indexes)
          : pick(probabilities),
  };
}

/** Some rows of the probabilities of classes. */
export function pickClasses(
  { classCount, values, truths }: ClassProbabilities,
  indexes: Uint32Array,
): ClassProbabilities {
  const picked = new Float64Array(indexes.length * classCount);
  for (const [at, row] of indexes.entries()) {
    picked.set(values.subarray(row * classCount, (row + 1) * classCount), at * classCount);
  }
  return { classCount, values: picked, truths: Int32Array.from(indexes, (row) => truths[row]!) };
}
