// `node local/run.mjs [--browser] FILE.ts [ARGS]`: installs what a fresh clone lacks, then runs the file on
// the project's own Node. Plain JavaScript on purpose: any Node must be able to read this one.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");
const environment = { ...process.env, PATH: bin + delimiter + process.env.PATH };
const needsBrowser = process.argv[2] === "--browser";
const program = process.argv.slice(needsBrowser ? 3 : 2);

installPackages();
run(ownNode(), ["shared/capture/kernel/build.mjs"]);
if (needsBrowser) installBrowser();

const child = spawn(ownNode(), program, { cwd: root, env: environment, stdio: "inherit" });
// Ctrl-C reaches the program by itself; it says when it has ended.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});

function installPackages() {
  const stamp = join(root, "node_modules", ".plumbline-installed");
  const lockfile = readFileSync(join(root, "package-lock.json"));
  const wanted = createHash("sha256").update(lockfile).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.error("Installing packages (npm ci) …");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(stamp, wanted);
}

/** Node 24 comes as a package of this platform; where there is none, this Node must be as new. */
function ownNode() {
  const installed = join(bin, process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(installed)) return installed;
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  console.error(
    `plumbline: Node ${process.versions.node} on ${process.platform} ${process.arch}: ` +
      "Node 24 or newer is needed where npm has no package of it",
  );
  return process.exit(1);
}

/** The browser tests need a Chromium. Where this user cannot install one, they say what is missing. */
function installBrowser() {
  const paths = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/google-chrome"];
  if (paths.some((path) => path !== undefined && existsSync(path))) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  console.error("Installing Chromium (apt-get) …");
  run("apt-get", ["update", "-qq"]);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const options = { cwd: root, env: environment, stdio: ["ignore", 2, 2] };
  const { status, error } = spawnSync(command, args, options);
  if (status === 0) return;
  const why = error?.message ?? `exit code ${status}`;
  console.error(`plumbline: \`${command} ${args.join(" ")}\` failed: ${why}`);
  process.exit(1);
}
