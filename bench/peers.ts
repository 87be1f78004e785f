// The programs that are measured side by side, each in a process of its own.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

const run = promisify(execFile);
const peers = fileURLToPath(new URL("peers/", import.meta.url));

export interface Peer {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
}

/** What one run of a peer prints. */
export interface Measurement {
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly columns: number;
}

/** Makes the peers ready in `home`: our own bundled as a function is, the others in Python. */
export async function preparePeers(home: string): Promise<Record<string, Peer>> {
  mkdirSync(home, { recursive: true });
  const python = installPython(join(home, "venv"), "requirements.txt");
  const older = installPython(join(home, "venv-whylogs"), "requirements-whylogs.txt");
  const script = (name: string, program: string, file: string): Peer => ({
    name,
    program,
    arguments: [join(peers, file)],
  });
  return {
    plumbline: await bundled(home, "plumbline-profile"),
    whylogs: script("whylogs", older, "whylogs_profile.py"),
    pandas: script("pandas", python, "pandas_profile.py"),
    duckdb: script("duckdb", python, "duckdb_profile.py"),
    newlineScan: await bundled(home, "newline-scan"),
  };
}

export async function measurePeer(peer: Peer, path: string): Promise<Measurement> {
  const { stdout } = await run(peer.program, [...peer.arguments, path], { cwd: peers });
  return JSON.parse(stdout) as Measurement;
}

async function bundled(home: string, name: string): Promise<Peer> {
  const outfile = join(home, `${name}.mjs`);
  await build({
    entryPoints: [join(peers, `${name}.ts`)],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "esm",
    logLevel: "warning",
  });
  return { name, program: process.execPath, arguments: [outfile] };
}

/** The Python of a virtual environment with these packages; made when the list has changed. */
function installPython(folder: string, requirements: string): string {
  const python = join(folder, "bin", "python");
  const list = join(peers, requirements);
  const stamp = join(folder, "installed-sha256");
  const wanted = createHash("sha256").update(readFileSync(list)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return python;
  console.error(`Installing the packages of bench/peers/${requirements} …`);
  rmSync(folder, { recursive: true, force: true });
  execFileSync("python3", ["-m", "venv", folder], { stdio: ["ignore", 2, 2] });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  execFileSync(python, [...pip, "--requirement", list], { stdio: ["ignore", 2, 2] });
  writeFileSync(stamp, wanted);
  return python;
}
