import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

const REQUIRE_IN_ESM = [
  'import { createRequire as makeRequire } from "node:module";',
  "const require = makeRequire(import.meta.url);",
].join("");

/** A function's code as it is deployed. */
export interface Bundle {
  readonly name: string;
  /** Source files of which something is in the bundle, by path from the root. */
  readonly sources: readonly string[];
}

/** The functions by the names of their folders, which are also their names in serverless.yml. */
export function functionNames(): string[] {
  return foldersOf("functions");
}

/**
 * Bundles every function into `dist/<function>/index.js`, AWS SDK included: what a function runs on is
 * then pinned by the lockfile and not by the day's Lambda runtime. A file is replaced only when its
 * content changes, and at once, so that nothing that reads it at the time is disturbed.
 */
export async function buildFunctions(names = functionNames()): Promise<Bundle[]> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => ({
      in: join("functions", name, "handler.ts"),
      out: join(name, "index"),
    })),
    outdir: "dist",
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    // Error and class names are read in logs.
    keepNames: true,
    platform: "node",
    // The SDK as ES modules: of those, calls that are not made are left out.
    mainFields: ["module", "main"],
    target: "node24",
    format: "esm",
    // Dependencies in CommonJS call require for Node's own modules; ESM has none.
    banner: { js: REQUIRE_IN_ESM },
    legalComments: "none",
    logLevel: "warning",
  });
  const gone = foldersOf("dist").filter((name) => !functionNames().includes(name));
  for (const name of gone) await rm(join(root, "dist", name), { recursive: true, force: true });
  for (const { path, contents } of outputFiles) await replaceFile(path, contents);
  for (const name of names) {
    // Lambda and `serverless invoke local` read index.js as ESM only beside this.
    await replaceFile(
      join(root, "dist", name, "package.json"),
      new TextEncoder().encode('{"type":"module"}\n'),
    );
  }
  return names.map((name) => ({ name, sources: sourcesOf(metafile, name) }));
}

function sourcesOf(metafile: Metafile, name: string): string[] {
  const inputs = metafile.outputs[`dist/${name}/index.js`]?.inputs ?? {};
  return Object.keys(inputs).filter((path) => inputs[path]!.bytesInOutput > 0);
}

async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const current = await readFile(path).catch(() => undefined);
  if (current?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  // Not in the function's own folder, which another process may be packing.
  const written = join(root, "dist", `.${process.pid}`);
  await writeFile(written, contents);
  await rename(written, path);
}

function foldersOf(path: string): string[] {
  if (!existsSync(join(root, path))) return [];
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
