import * as z from "zod/mini";
import { javaDoubleText } from "./java-double.ts";
import { MonitoringError } from "./monitoring-error.ts";

/** A Java double in JSON: a number, or the name of one that JSON has no number for. */
export const double = z.pipe(
  z.union(
    [z.number(), z.enum(["NaN", "Infinity", "-Infinity"])],
    "is neither a number nor NaN, Infinity or -Infinity",
  ),
  z.transform(Number),
);

export const finite = z.number("is not a number");

/** Counts may be written as doubles: `24.0` is 24. */
export const count = finite.check(
  z.refine((value) => Number.isSafeInteger(value) && value >= 0, "is not a count"),
);

export const fraction = finite.check(
  z.refine((value) => value >= 0 && value <= 1, "is not in [0, 1]"),
);

export const inferredType = z.enum(
  ["Integral", "Fractional", "String", "Unknown"],
  "is not Integral, Fractional, String or Unknown",
);

/** A list of named features, none of them twice. */
export function featureList<S extends z.ZodMiniType<{ name: string }>>(feature: S) {
  return z.array(feature, "is not a list").check((context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of context.value.entries()) {
      if (seen.has(name)) {
        const message = "is there twice";
        context.issues.push({ code: "custom", message, input: name, path: [index, "name"] });
      }
      seen.add(name);
    }
  });
}

/**
 * Reads one of Model Monitor's JSON files.
 *
 * @param fileName as it shall stand in an error, such as `constraints.json`
 * @throws MonitoringError `invalid-json`, or `invalid-` and the file's stem, with the first fault:
 *   `constraints.json: feature "age": completeness 1.2: is not in [0, 1]`
 */
export function parseModelMonitorFile<S extends z.ZodMiniType>(
  fileName: string,
  schema: S,
  text: string,
): z.output<S> {
  const json = parseJson(fileName, text);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  throw new MonitoringError(
    `invalid-${fileName.replace(/\.json$/, "").replaceAll("_", "-")}`,
    `${fileName}: ${placeOf(json, path)}: ${issue?.message ?? "is not valid"}`,
    { details: { path: path.join(".") } },
  );
}

function parseJson(fileName: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const start = JSON.stringify(text.slice(0, 40));
    throw new MonitoringError("invalid-json", `${fileName}: ${start}: is not JSON`, { cause });
  }
}

/** `feature "age": completeness 1.2` of the path `features.3.completeness`. */
function placeOf(json: unknown, path: readonly PropertyKey[]): string {
  const feature = path[0] === "features" && typeof path[1] === "number" ? path[1] : undefined;
  const name = feature === undefined ? undefined : valueAt(json, ["features", feature, "name"]);
  const inFeature = typeof name === "string" && path.length > 2;
  const rest = (inFeature ? path.slice(2) : path).map(String).join(".");
  const value = valueAt(json, path);
  const shown = value === undefined ? "(absent)" : cut(JSON.stringify(value));
  const place = `${rest === "" ? "content" : rest} ${shown}`;
  return inFeature ? `feature "${name}": ${place}` : place;
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/**
 * JSON as Model Monitor's analyzer prints it: Jackson's default pretty printer, `"key" : value`,
 * arrays on one line, numbers as Java doubles but for counts, `"NaN"` in quotes.
 *
 * @param isCount whether the number under this key is a whole count, printed without `.0`;
 *   `parentKeys` are those of the objects around it, outermost first
 */
export function modelMonitorJson(
  value: unknown,
  isCount: (key: string, parentKeys: readonly string[]) => boolean,
): string {
  const print = (node: unknown, keys: readonly string[], indent: string): string => {
    if (typeof node === "number") {
      return numberText(node, isCount(keys.at(-1) ?? "", keys.slice(0, -1)));
    }
    if (Array.isArray(node)) return printList(node, keys, indent);
    if (typeof node !== "object" || node === null) return JSON.stringify(node);
    const inner = `${indent}  `;
    const members = Object.entries(node)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => {
        return `${inner}${JSON.stringify(key)} : ${print(member, [...keys, key], inner)}`;
      });
    return members.length === 0 ? "{ }" : `{\n${members.join(",\n")}\n${indent}}`;
  };
  const printList = (list: readonly unknown[], keys: readonly string[], indent: string): string => {
    if (list.length === 0) return "[ ]";
    // Lists of numbers are sketches, always doubles and thousands long.
    const items = list.map((item) =>
      typeof item === "number" ? numberText(item, false) : print(item, keys, indent),
    );
    return `[ ${items.join(", ")} ]`;
  };
  return print(value, [], "");
}

function numberText(value: number, isCount: boolean): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return isCount && Number.isInteger(value) ? String(value) : javaDoubleText(value);
}
