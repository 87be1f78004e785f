import {
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import type * as z from "zod/mini";
import { evaluationMetrics } from "./evaluation-metric.ts";
import { type MonitorDefinition, monitorDefinition } from "./monitor-definition.ts";
import { MonitoringError } from "./monitoring-error.ts";

/** One thing wrong with a definition, and where it stands in the file. */
export interface DefinitionProblem {
  readonly line: number;
  readonly column: number;
  /** Such as `checks.dataQuality.every`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A definition is a page of text; more is some other file. */
const LENGTH_MAX = 65_536;

/**
 * Reads a monitor definition.
 *
 * @throws MonitoringError `invalid-monitor-definition` with every problem found in
 *   `details.problems`, each with line, column, path, value and rule
 */
export function parseMonitorFile(text: string, name: string): MonitorDefinition {
  if (text.length > LENGTH_MAX) {
    const message = `${text.length} characters: must be at most ${LENGTH_MAX}`;
    throw invalid(name, [{ line: 1, column: 1, path: "", message }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw invalid(
      name,
      document.errors.map(({ message, pos }) => ({
        ...position(lines, pos[0]),
        path: "",
        message: message.split(/ at line \d/)[0]!,
      })),
    );
  }
  const parsed = monitorDefinition.safeParse(document.toJS({ maxAliasCount: 10 }));
  if (parsed.success) return checkedAcross(parsed.data, { document, lines, name });
  throw invalid(
    name,
    parsed.error.issues.flatMap((issue) => problemsOf(issue, document, lines)),
  );
}

interface Source {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly name: string;
}

/** Rules that hold between two values, and so belong to no one key. */
function checkedAcross(definition: MonitorDefinition, source: Source): MonitorDefinition {
  const broken = [
    ...namesWithoutDataset(definition),
    ...unmatchedClasses(definition),
    ...unfitMetric(definition),
    ...personalSlices(definition),
  ];
  if (broken.length === 0) return definition;
  throw invalid(
    source.name,
    broken.map(({ path, message }) => ({
      ...position(source.lines, offsetOf(source.document, path)),
      path: path.join("."),
      message,
    })),
  );
}

interface BrokenRule {
  readonly path: readonly string[];
  readonly message: string;
}

function namesWithoutDataset({ features, baseline }: MonitorDefinition): BrokenRule[] {
  if (features?.names === undefined || typeof baseline === "object") return [];
  const message = "names the columns of baseline.dataset: must not be there without one";
  return [{ path: ["features", "names"], message }];
}

function unfitMetric(definition: MonitorDefinition): BrokenRule[] {
  const { metric } = definition.evaluation;
  const fit = evaluationMetrics(definition);
  if (metric === undefined || fit.includes(metric)) return [];
  const message = `"${metric}": must be ${fit.join(" or ")}, as the predictions are`;
  return [{ path: ["evaluation", "metric"], message }];
}

/** No file holds a personal column, so no slice can be told by it either. */
function personalSlices({ features, evaluation }: MonitorDefinition): BrokenRule[] {
  return evaluation.slices.flatMap(({ feature }, index) =>
    features?.pii?.includes(feature)
      ? [
          {
            path: ["evaluation", "slices", String(index), "feature"],
            message: `"${feature}": must not be in features.pii`,
          },
        ]
      : [],
  );
}

function unmatchedClasses({ problem, prediction = {} }: MonitorDefinition): BrokenRule[] {
  const { classes, probabilities, probability } = prediction;
  const broken = (key: string, message: string) => [{ path: ["prediction", key], message }];
  if (classes === undefined && probabilities === undefined) return [];
  if (problem !== "multiclass-classification") {
    const key = classes === undefined ? "probabilities" : "classes";
    return broken(key, "is of several classes: must stand in a multiclass-classification alone");
  }
  if (classes === undefined) return broken("probabilities", "must stand with prediction.classes");
  if (probabilities === undefined)
    return broken("classes", "must stand with prediction.probabilities");
  if (probability !== undefined) return broken("probability", "must not stand with probabilities");
  if (!Array.isArray(probabilities) || probabilities.length === classes.length) return [];
  const counts = `${probabilities.length} columns of ${classes.length} classes`;
  return broken("probabilities", `${counts}: must be one a class`);
}

function problemsOf(
  issue: z.core.$ZodIssue,
  document: Document,
  lines: LineCounter,
): DefinitionProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      ...position(lines, keyOffset(document, issue.path, key)),
      path: pathText([...issue.path, key]),
      message: "is not a key of a monitor definition",
    }));
  }
  // Of several forms, the one that the text came nearest to explains most.
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const value = document.getIn(issue.path);
    const nearest = issue.errors.at(isMap(value) ? -1 : 0)!;
    return nearest.flatMap((inner) =>
      problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, document, lines),
    );
  }
  const node = document.getIn(issue.path, true);
  const value = isNode(node) ? JSON.stringify(node.toJS(document)) : undefined;
  return [
    {
      ...position(lines, offsetOf(document, issue.path)),
      path: pathText(issue.path),
      message:
        value === undefined ? absence(issue.path) : `${value.slice(0, 200)}: ${ruleOf(issue)}`,
    },
  ];
}

function absence(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the file is empty: it must hold a definition" : "is missing";
}

function ruleOf(issue: z.core.$ZodIssue): string {
  const isMapExpected = issue.code === "invalid_type" && issue.expected === "object";
  return isMapExpected ? "must be keys with values" : issue.message;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

/** Where the value stands, or the nearest thing around it when it is missing. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(document: Document, path: readonly PropertyKey[], key: string): number {
  const map: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(map)
    ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined;
  const node = pair?.key as Node | undefined;
  return node?.range?.[0] ?? offsetOf(document, path);
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function invalid(name: string, problems: readonly DefinitionProblem[]): MonitoringError {
  const text = problems.map(
    ({ line, column, path, message }) =>
      `${name}:${line}:${column}: ${path === "" ? message : `${path}: ${message}`}`,
  );
  return new MonitoringError("invalid-monitor-definition", text.join("\n"), {
    details: { problems },
  });
}
