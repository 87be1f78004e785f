// `npm run package`: bundles, zips and the template, and whether the zips are small enough.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFunctions, functionNames } from "./build.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A cold start reads all of it. */
const ZIP_BYTES_MAX = 1_000_000;

await buildFunctions();
const serverless = join(root, "node_modules", "serverless", "bin", "serverless.js");
const { status } = spawnSync(process.execPath, [serverless, "package", ...process.argv.slice(2)], {
  cwd: root,
  stdio: ["ignore", 2, 2],
});
if (status !== 0) process.exit(1);

const sizes = functionNames().map((name) => ({
  name,
  bytes: statSync(join(root, "dist", `${name}.zip`)).size,
}));
for (const { name, bytes } of sizes) {
  const percent = Math.round((100 * bytes) / ZIP_BYTES_MAX);
  console.log(
    `${name.padEnd(24)}${kilobytes(bytes)}   ${String(percent).padStart(3)} % of the limit`,
  );
}
console.log(`${"limit".padEnd(24)}${kilobytes(ZIP_BYTES_MAX)}`);

const tooLarge = sizes.filter(({ bytes }) => bytes > ZIP_BYTES_MAX).map(({ name }) => name);
if (tooLarge.length > 0) {
  console.error(`Too large to start fast: ${tooLarge.join(", ")}`);
  process.exit(1);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0).padStart(8)} kB`;
}
