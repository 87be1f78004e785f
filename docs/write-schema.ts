// Writes docs/monitor-definition.schema.json: `node docs/write-schema.ts`.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { monitorDefinition } from "../shared/contracts/monitor-definition.ts";

export const SCHEMA_FILE = fileURLToPath(
  new URL("monitor-definition.schema.json", import.meta.url),
);

/** The schema of a monitor definition for editors, such as by `# yaml-language-server: $schema=…`. */
export function schemaText(): string {
  const schema = z.toJSONSchema(monitorDefinition, { io: "input" });
  return `${JSON.stringify({ title: "Plumbline monitor definition", ...schema }, null, 2)}\n`;
}

if (import.meta.main) await writeFile(SCHEMA_FILE, schemaText());
