/** A record of a batch transform: the fields of a CSV line, or what a JSON line holds. */
export type DataRecord = unknown;

const STEP = /\.(\w+)|\[([^\]]*)\]/y;
const QUOTED = /^'([^']*)'$|^"([^"]*)"$/;
const SLICE = /^(-?\d*):(-?\d*)$/;

/**
 * The part of JSONPath that batch transform filters are written in: `$`, `$.name`, `$['a','b']`,
 * `$[0]`, `$[0,-1]`, `$[1:]`.
 *
 * @throws RangeError when the path is another, or when the record has no such part
 */
export function applyFilter(record: DataRecord, path: string): DataRecord {
  if (!path.startsWith("$")) throw unsupported(path);
  let value = record;
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) throw unsupported(path);
    const [, name, inside] = match;
    const at = STEP.lastIndex;
    value = name === undefined ? selected(value, inside!.trim(), path) : member(value, name, path);
    STEP.lastIndex = at;
  }
  return value;
}

function selected(value: unknown, selector: string, path: string): unknown {
  const slice = SLICE.exec(selector);
  if (slice !== null) {
    const [, from = "", to = ""] = slice;
    if (!Array.isArray(value)) throw missing(selector, path);
    return value.slice(from === "" ? 0 : Number(from), to === "" ? undefined : Number(to));
  }
  const parts = selector.split(",").map((part) => part.trim());
  if (parts.length === 1) return part(value, parts[0]!, path);
  if (Array.isArray(value)) return parts.map((one) => part(value, one, path));
  return Object.fromEntries(parts.map((one) => [unquoted(one, path), part(value, one, path)]));
}

function part(value: unknown, selector: string, path: string): unknown {
  if (!/^-?\d+$/.test(selector)) return member(value, unquoted(selector, path), path);
  const found = Array.isArray(value) ? value.at(Number(selector)) : undefined;
  if (found === undefined) throw missing(selector, path);
  return found;
}

function member(value: unknown, name: string, path: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) {
    throw missing(name, path);
  }
  return (value as Record<string, unknown>)[name];
}

function unquoted(text: string, path: string): string {
  const match = QUOTED.exec(text);
  if (match === null) throw unsupported(path);
  return match[1] ?? match[2]!;
}

function unsupported(path: string): RangeError {
  return new RangeError(`filter "${path}": must be made of names, indexes and slices`);
}

function missing(selector: string, path: string): RangeError {
  return new RangeError(`filter "${path}": "${selector}": the record has no such part`);
}
