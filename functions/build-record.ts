import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";

const root = fileURLToPath(new URL("..", import.meta.url));
const RECORD_PATH = "dist/.built";

/** What decides, besides the sources, what a build makes of them. */
const BUILT_BY = [
  "functions/build.ts",
  "functions/build-record.ts",
  "functions/zip.ts",
  "package-lock.json",
  "tsconfig.json",
];

/** A clock of files may be that far behind the system's. */
const CLOCK_MILLIS = 1_000;

const bundle = z.object({ name: z.string(), sources: z.readonly(z.array(z.string())) });

/** A function's code as it is deployed: the sources of which something is in it, by path from the root. */
export type Bundle = Readonly<z.infer<typeof bundle>>;

const buildRecord = z.object({
  /** All that was read and all that was made. */
  files: z.array(z.string()),
  /** Of their names and contents. */
  sha256: z.string(),
  bundles: z.array(bundle),
});

/** What the last build made, unless what it read or made is no longer as it was then. */
export async function readBuild(home = root): Promise<Bundle[] | null> {
  try {
    const record = buildRecord.parse(JSON.parse(await readFile(join(home, RECORD_PATH), "utf8")));
    return hashOf(home, record.files) === record.sha256 ? record.bundles : null;
  } catch {
    // No build yet, or a file of it is gone.
    return null;
  }
}

export interface Build {
  readonly startMillis: number;
  readonly sources: readonly string[];
  readonly outputs: readonly string[];
  readonly bundles: readonly Bundle[];
}

/** Notes a build of all functions, unless a source may have changed since it began. */
export async function writeBuild(build: Build, home = root): Promise<void> {
  await rm(join(home, RECORD_PATH), { force: true });
  const sources = [...BUILT_BY, ...build.sources];
  const changes = await Promise.all(sources.map((path) => stat(join(home, path))));
  const lastMillis = Math.max(...changes.map(({ ctimeMs }) => ctimeMs));
  if (lastMillis >= build.startMillis - CLOCK_MILLIS) return;
  const files = [...sources, ...build.outputs];
  const record = { files, sha256: hashOf(home, files), bundles: build.bundles };
  await writeFile(join(home, RECORD_PATH), JSON.stringify(record));
}

function hashOf(home: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of files) {
    const contents = readFileSync(join(home, path));
    hash.update(`${path}\0${contents.length}\0`).update(contents);
  }
  return hash.digest("hex");
}
