// Compiles the kernels to modules that the bundler can take in: the core reads no files.
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OPTIONS = ["--runtime=stub", "--noAssert", "-O3", "--converge", "--enable=simd"];
const KERNELS = [
  { folder: "../", module: "kernel.generated.ts", constant: "KERNEL_BASE64" },
  {
    folder: "../../labels/",
    module: "join-kernel.generated.ts",
    constant: "JOIN_KERNEL_BASE64",
  },
];

for (const { folder, module, constant } of KERNELS) {
  const sources = fileURLToPath(new URL(`${folder}assembly/`, import.meta.url));
  const target = new URL(`${folder}${module}`, import.meta.url);
  const made = await readFile(target, "utf8").catch(() => "");
  const hash = await hashOf(sources);
  if (!made.includes(hash))
    await writeFile(target, moduleOf(constant, hash, await compile(sources)));
}

/** Changes with the sources and with this script. */
async function hashOf(/** @type {string} */ sources) {
  const hash = createHash("sha256").update(await readFile(new URL(import.meta.url)));
  for (const name of (await readdir(sources)).sort()) {
    hash.update(name).update(await readFile(join(sources, name)));
  }
  return hash.digest("hex");
}

async function compile(/** @type {string} */ sources) {
  const { default: asc } = await import("assemblyscript/asc");
  const folder = await mkdtemp(join(tmpdir(), "kernel-"));
  try {
    const binary = join(folder, "kernel.wasm");
    const files = ["--baseDir=/", join(sources, "index.ts"), `--outFile=${binary}`];
    const { error, stderr } = await asc.main([...files, "--use=abort=", ...OPTIONS]);
    if (error) throw new Error(`kernel: ${stderr.toString()}`, { cause: error });
    return await readFile(binary, "base64");
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * @param {string} constant
 * @param {string} hash
 * @param {string} base64
 */
function moduleOf(constant, hash, base64) {
  const lines = base64.match(/.{1,96}/g) ?? [];
  return `// Made by shared/capture/kernel/build.mjs, not to be edited. Sources: ${hash}
export const ${constant}: string = [
${lines.map((part) => `  "${part}",`).join("\n")}
].join("");
`;
}
