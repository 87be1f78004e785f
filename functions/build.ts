import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile, stop } from "esbuild";
import { type Bundle, readBuild, writeBuild } from "./build-record.ts";
import { zipOf } from "./zip.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const REQUIRE_IN_ESM = [
  'import { createRequire as makeRequire } from "node:module";',
  "const require = makeRequire(import.meta.url);",
].join("");

/** The functions by the names of their folders, which are also their names in serverless.yml. */
export function functionNames(): string[] {
  return foldersOf("functions");
}

/**
 * Bundles every function into `dist/<function>/index.js`, AWS SDK included: what a function runs on is
 * then pinned by the lockfile and not by the day's Lambda runtime. `dist/<function>.zip` is what is
 * deployed of it. A file is replaced only when its content changes, and at once, so that nothing that
 * reads it at the time is disturbed. What was built of the same files already is not built again.
 */
export async function buildFunctions(names = functionNames()): Promise<Bundle[]> {
  const built = (await readBuild()) ?? [];
  const isBuilt = functionNames().every((name) => built.some((bundle) => bundle.name === name));
  if (isBuilt) return built.filter(({ name }) => names.includes(name));
  const startMillis = Date.now();
  const { outputFiles, metafile } = await bundle(names);
  for (const name of foldersOf("dist").filter((known) => !functionNames().includes(known))) {
    for (const path of [name, `${name}.zip`]) {
      await rm(join(root, "dist", path), { recursive: true, force: true });
    }
  }
  const outputs: string[] = [];
  for (const name of names) {
    const path = `dist/${name}/index.js`;
    const { contents } = outputFiles.find((file) => file.path === join(root, path))!;
    const entries = [
      { path, contents },
      // Lambda and `serverless invoke local` read index.js as ESM only beside this.
      { path: `dist/${name}/package.json`, contents: Buffer.from('{"type":"module"}\n') },
    ];
    const zip = { path: `dist/${name}.zip`, contents: zipOf(entries) };
    for (const file of [...entries, zip]) await replaceFile(join(root, file.path), file.contents);
    outputs.push(...entries.map((entry) => entry.path), zip.path);
  }
  const bundles = names.map((name) => ({ name, sources: sourcesOf(metafile, name) }));
  if (names.length === functionNames().length) {
    await writeBuild({ startMillis, sources: Object.keys(metafile.inputs), outputs, bundles });
  }
  return bundles;
}

async function bundle(names: readonly string[]) {
  const result = await build({
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
  // Else its service stays as long as we do, with the memory of the largest build.
  await stop();
  return result;
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
