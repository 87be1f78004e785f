// Everything that must hold, step by step; `--fast` leaves out the local account and the browser.
import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** A vitest step reports its own count; any other step counts as one. */
  readonly countsFile?: string;
  readonly fast: boolean;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const fast = process.argv.includes("--fast");

const vitest = (name: string, config: string, isFast: boolean): Step => {
  const countsFile = `.local/test/${name}.json`;
  return {
    name,
    command: [
      "vitest",
      "run",
      `--config=${config}`,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${countsFile}`,
    ],
    countsFile,
    fast: isFast,
  };
};

const STEPS: readonly Step[] = [
  { name: "types", command: ["tsc", "--noEmit"], fast: true },
  { name: "lint", command: ["biome", "check", "--error-on-warnings"], fast: true },
  vitest("units", "vitest.config.ts", true),
  vitest("browser", "test/browser/vitest.config.ts", false),
  { name: "package", command: ["node", "functions/package.ts"], fast: false },
  vitest("stories", "test/stories/vitest.config.ts", false),
];

let passedCount = 0;
let failedCount = 0;
await mkdir(`${root}.local/test`, { recursive: true });

for (const step of STEPS.filter((candidate) => !fast || candidate.fast)) {
  const startMillis = performance.now();
  console.log(`\n── ${step.name}: ${step.command.join(" ")}`);
  if (step.countsFile) await rm(root + step.countsFile, { force: true });
  const exitCode = await run(step.command);
  const counts = await countsOf(step, exitCode);
  passedCount += counts.passed;
  failedCount += counts.failed;
  const seconds = ((performance.now() - startMillis) / 1000).toFixed(1);
  console.log(`── ${step.name}: ${counts.passed} passed, ${counts.failed} failed in ${seconds} s`);
}

console.log(`\n${passedCount} passed, ${failedCount} failed`);
process.exitCode = failedCount === 0 ? 0 : 1;

function run([command, ...args]: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command!, args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env["PATH"]}` },
    });
    child.on("error", (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function countsOf(step: Step, exitCode: number): Promise<{ passed: number; failed: number }> {
  const whole = exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (!step.countsFile) return whole;
  const report = await readFile(root + step.countsFile, "utf8").catch(() => null);
  // A runner that died before it could count has failed, whatever it ran.
  if (report === null) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests } = JSON.parse(report);
  const failed = numFailedTests + (exitCode !== 0 && numFailedTests === 0 ? 1 : 0);
  return { passed: numPassedTests, failed };
}
