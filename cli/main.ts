import { Command, CommanderError } from "commander";
import packageFile from "../package.json" with { type: "json" };
import { registerBaseline } from "./commands/baseline.ts";
import { registerCapture } from "./commands/capture.ts";
import { registerCheck } from "./commands/check.ts";
import { registerMonitors } from "./commands/monitors.ts";
import { registerRun } from "./commands/run.ts";
import { EXIT_CODE } from "./exit-codes.ts";
import { describeError } from "./output.ts";

type RegisterCommand = (program: Command) => void;

/** One line a command; each file under `commands/` registers its own. */
const COMMANDS: readonly RegisterCommand[] = [
  registerBaseline,
  registerCheck,
  registerCapture,
  registerMonitors,
  registerRun,
];

/** The command line with all its commands; nothing runs until it parses arguments. */
export function createProgram(): Command {
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
  for (const register of COMMANDS) register(program);
  return program;
}

const HELP_AFTER = `
Exit codes: 0 passed, 2 violated, 3 inconclusive, 1 error.

Examples:
  $ plumbline baseline training.csv --out baseline/
  $ plumbline check data-quality --baseline baseline/ --captures captures/ --out report/
  $ plumbline capture enable churn --sampling 100`;

/** Runs the command line; the exit code is set, the process is left to end by itself. */
export async function main(argv: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe();
  try {
    await createProgram().parseAsync(argv);
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

/** `plumbline … | head` closes our output early; that is no error of ours. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
}
