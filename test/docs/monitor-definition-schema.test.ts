import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { SCHEMA_FILE, schemaText } from "../../docs/write-schema.ts";

describe("docs/monitor-definition.schema.json", () => {
  it("is what the code accepts (write it again with `node docs/write-schema.ts`)", async () => {
    const written = JSON.parse(await readFile(SCHEMA_FILE, "utf8"));
    expect(written).toEqual(JSON.parse(schemaText()));
  });

  it("explains every key", () => {
    const unexplained: string[] = [];
    const visit = (path: string, schema: Record<string, unknown>): void => {
      const properties = (schema.properties ?? {}) as Record<string, Record<string, unknown>>;
      for (const [key, property] of Object.entries(properties)) {
        const isGroup = property.properties !== undefined;
        if (!isGroup && property.description === undefined) unexplained.push(`${path}${key}`);
        visit(`${path}${key}.`, property);
      }
    };
    visit("", JSON.parse(schemaText()));
    expect(unexplained).toEqual([]);
  });
});
