// Installs what a fresh clone lacks, on whatever Node there is. Plain JavaScript on purpose: the project's
// own Node, which runs TypeScript, comes with the packages that this file installs.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "node_modules", ".plumbline-installed");

const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
const installed = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";

if (installed !== wanted) {
  console.error("Installing packages (npm ci) …");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stamp, wanted);
}

// The scan kernel is compiled, not committed; this is quick when its sources are unchanged.
run(process.execPath, ["shared/capture/kernel/build.mjs"]);

// Browser tests need a Chromium. Where this user may install one, that is done; elsewhere the test says what is missing.
if (
  process.argv.includes("--browser") &&
  !findChromium() &&
  process.getuid?.() === 0 &&
  existsSync("/usr/bin/apt-get")
) {
  console.error("Installing Chromium (apt-get) …");
  run("apt-get", ["update", "-qq"]);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
}

function findChromium() {
  const paths = [process.env["CHROMIUM_PATH"], "/usr/bin/chromium", "/usr/bin/google-chrome"];
  return paths.find((path) => path !== undefined && existsSync(path));
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  console.error(
    `plumbline: \`${command} ${args.join(" ")}\` failed: ${error?.message ?? `exit code ${status}`}`,
  );
  process.exit(1);
}
