import { readdirSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The functions by the names of their folders, which are also their names in serverless.yml. */
export function functionNames(): string[] {
  return readdirSync(join(root, "functions"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * Bundles every function into `dist/<function>/index.js`, AWS SDK included: what a function runs
 * on is then pinned by the lockfile and not by the day's Lambda runtime.
 */
export async function buildFunctions(): Promise<void> {
  const names = functionNames();
  await rm(join(root, "dist"), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => ({
      in: join("functions", name, "handler.ts"),
      out: join(name, "index"),
    })),
    outdir: "dist",
    bundle: true,
    minify: true,
    // Error and class names are read in logs.
    keepNames: true,
    platform: "node",
    target: "node24",
    format: "esm",
    // A dependency in CommonJS calls require for Node's own modules; ESM has none.
    banner: {
      js: 'import { createRequire as plumblineRequire } from "node:module"; const require = plumblineRequire(import.meta.url);',
    },
    legalComments: "none",
    logLevel: "warning",
  });
  for (const name of names) {
    await mkdir(join(root, "dist", name), { recursive: true });
    // Lambda and `serverless invoke local` read index.js as ESM only beside this.
    await writeFile(join(root, "dist", name, "package.json"), '{"type":"module"}\n');
  }
}

if (import.meta.main) await buildFunctions();
