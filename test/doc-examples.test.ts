import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const shared = fileURLToPath(new URL("../shared", import.meta.url));

/** Every `@example expression // => value` of the core, with the folder whose exports it may use. */
const examples = readdirSync(shared, { recursive: true, withFileTypes: true })
  .filter(({ name }) => name.endsWith(".ts"))
  .map(({ parentPath, name }) => join(parentPath, name))
  .flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(/@example (.+?) \/\/ => (.+)$/gm)].map(
      ([, expression, value]) => ({ path, expression: expression!, value: value! }),
    ),
  );

describe("the examples in docstrings", () => {
  it("exist", () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
  });

  it.each(examples)("$expression is $value", async ({ path, expression, value }) => {
    const folder = dirname(path);
    const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
    const modules = await Promise.all(files.map((name) => import(join(folder, name))));
    const exported: Record<string, unknown> = Object.assign({}, ...modules);
    const evaluate = (text: string): unknown =>
      new Function(...Object.keys(exported), `return ${text}`)(...Object.values(exported));
    expect(evaluate(expression)).toEqual(evaluate(value));
  });
});
