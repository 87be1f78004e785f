import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import { withLock } from "./lock.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

const OLDEST_PYTHON = [3, 10] as const;
const INSTALL_HINT =
  "install Python 3.10 or newer with venv (Debian, Ubuntu: apt-get install python3 python3-venv), " +
  "or name one in the environment variable PYTHON";

/** Lists of exactly pinned packages beside this folder. */
export type Requirements = "requirements.txt" | "requirements-checks.txt";

/**
 * The folder of the programs of a virtual environment that holds the given requirements; made and
 * filled only when the list has changed since.
 *
 * @throws MonitoringError `python-missing`, `python-venv-missing` or `python-install-failed`
 */
export async function pythonPrograms(
  requirements: Requirements,
  say: (line: string) => void,
  home = join(root, ".local"),
): Promise<string> {
  const folder = join(home, requirements.replace(/^requirements(.*)\.txt$/, "venv$1"));
  const programs = join(folder, process.platform === "win32" ? "Scripts" : "bin");
  const list = join(root, "local", requirements);
  const stamp = join(folder, "installed-sha256");
  const wanted = createHash("sha256")
    .update(await readFile(list))
    .digest("hex");
  const isInstalled = async () => (await readFile(stamp, "utf8").catch(() => "")) === wanted;
  if (await isInstalled()) return programs;
  // Tests in several processes begin at once on a fresh clone.
  await withLock(`${folder}.lock`, async () => {
    if (!(await isInstalled())) await install({ requirements, folder, programs, list, say });
    await writeFile(stamp, wanted);
  });
  return programs;
}

interface Installation {
  readonly requirements: Requirements;
  readonly folder: string;
  readonly programs: string;
  /** The file that names the packages. */
  readonly list: string;
  readonly say: (line: string) => void;
}

async function install({ requirements, folder, programs, list, say }: Installation): Promise<void> {
  say(`Installing Python packages of local/${requirements} …`);
  const python = await findPython();
  // Half of an older or a broken-off installation is worth nothing.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run(python, ["-m", "venv", folder]).catch((cause) => {
    throw new MonitoringError(
      "python-venv-missing",
      `virtual environment: ${python} -m venv failed: ${INSTALL_HINT}`,
      { cause },
    );
  });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  await run(join(programs, "python"), [...pip, "--requirement", list]).catch((cause) => {
    throw new MonitoringError(
      "python-install-failed",
      `Python packages of local/${requirements}: pip failed: ${lastLine(cause)}: pip must reach its index`,
      { cause },
    );
  });
}

async function findPython(): Promise<string> {
  const named = process.env.PYTHON;
  for (const name of named ? [named] : ["python3", "python"]) {
    const found = await run(name, ["-c", "import sys; print(*sys.version_info[:2])"]).catch(
      () => undefined,
    );
    if (found === undefined) continue;
    const [major = 0, minor = 0] = found.stdout.trim().split(" ").map(Number);
    const [oldestMajor, oldestMinor] = OLDEST_PYTHON;
    if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return name;
  }
  throw new MonitoringError(
    "python-missing",
    `Python: ${named ?? "python3"} is absent or too old: ${INSTALL_HINT}`,
  );
}

function lastLine(cause: unknown): string {
  const text = (cause as { stderr?: string }).stderr ?? String(cause);
  return text.trim().split("\n").at(-1) ?? "";
}
