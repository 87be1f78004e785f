import { Command, CommanderError } from "commander";
import packageFile from "../package.json" with { type: "json" };
import { EXIT_CODE } from "./exit-codes.ts";
import { describeError } from "./output.ts";

type RegisterCommand = (program: Command) => void;

/** One line a command; each file under `commands/` registers its own. */
const COMMANDS: Readonly<Record<string, () => Promise<RegisterCommand>>> = {
  baseline: async () => (await import("./commands/baseline.ts")).registerBaseline,
  check: async () => (await import("./commands/check.ts")).registerCheck,
  "merge-labels": async () => (await import("./commands/merge-labels.ts")).registerMergeLabels,
  capture: async () => (await import("./commands/capture.ts")).registerCapture,
  monitors: async () => (await import("./commands/monitors.ts")).registerMonitors,
  keys: async () => (await import("./commands/keys.ts")).registerKeys,
  backfill: async () => (await import("./commands/backfill.ts")).registerBackfill,
  run: async () => (await import("./commands/run.ts")).registerRun,
  retrain: async () => (await import("./commands/retrain.ts")).registerRetrain,
  approve: async () => (await import("./commands/approve.ts")).registerApprove,
  reject: async () => (await import("./commands/approve.ts")).registerReject,
  canary: async () => (await import("./commands/canary.ts")).registerCanary,
  explain: async () => (await import("./commands/explain.ts")).registerExplain,
};

/** The command line with these commands; nothing runs until it parses arguments. */
async function createProgram(names: readonly string[]): Promise<Command> {
  const program = new Command("plumbline")
    .description("Watches the models behind SageMaker endpoints and repairs them.")
    .version(packageFile.version, "--version", "print the version")
    .option("--json", "print the result as JSON")
    .option("--verbose", "print stack traces of errors")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, "plumbline: ")),
    })
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText("after", HELP_AFTER);
  for (const name of names) (await COMMANDS[name]?.())?.(program);
  return program;
}

const HELP_AFTER = `
Exit codes: 0 passed, 2 violated, 3 inconclusive, 1 error.

Examples:
  $ plumbline baseline training.csv --out baseline/
  $ plumbline check data-quality --baseline baseline/ --captures captures/ --out report/
  $ plumbline check model-quality --baseline quality/ --captures captures/ --labels ground-truth/
  $ plumbline capture enable churn --sampling 100`;

/** Runs the command line; the exit code is set, the process is left to end by itself. */
export async function main(argv: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe();
  try {
    const program = await createProgram(neededCommands(argv));
    await program.parseAsync(argv);
  } catch (error) {
    // Commander has printed its own message already, and help and version end with code 0.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT_CODE.passed : EXIT_CODE.error;
      return;
    }
    process.stderr.write(describeError(error, argv.includes("--verbose")));
    process.exitCode = EXIT_CODE.error;
  }
}

/** Only the command that is called is loaded: the AWS clients take their time. Help names all. */
function neededCommands(argv: readonly string[]): readonly string[] {
  const called = argv.slice(2).find((argument) => !argument.startsWith("-"));
  if (called !== undefined && Object.hasOwn(COMMANDS, called)) return [called];
  return argv.includes("--version") ? [] : Object.keys(COMMANDS);
}

/** `plumbline … | head` closes our output early; that is no error of ours. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
}
