import { type Command, InvalidArgumentError } from "commander";
import {
  type CaptureReading,
  changeCapture,
  readCapture,
} from "../../shared/aws/capture-configuration.ts";
import { type CaptureMode, lostByCapture } from "../../shared/capture/capture-settings.ts";
import type { CaptureRequest } from "../../shared/capture/plan-capture-change.ts";
import { type AccountOptions, accountOptions, openAccount } from "../account.ts";
import { parseNames } from "../options.ts";
import { printJson, printText } from "../output.ts";

interface CaptureOptions extends AccountOptions {
  readonly json?: boolean;
}

interface EnableOptions extends CaptureOptions {
  readonly destination?: string;
  readonly sampling?: number;
  readonly modes?: readonly CaptureMode[];
  readonly csvTypes?: readonly string[];
  readonly jsonTypes?: readonly string[];
}

const MODES: Readonly<Record<string, CaptureMode>> = { input: "Input", output: "Output" };

/** `capture enable|disable|show ENDPOINT`. */
export function registerCapture(program: Command): void {
  const capture = program
    .command("capture")
    .description("switch data capture of an endpoint, or show it");
  const subcommand = (name: string, description: string): Command =>
    accountOptions(capture.command(name).description(description)).argument("<endpoint>");

  subcommand("enable", "capture requests; what is not named stays as it is")
    .option("--destination <uri>", "where captures go: SageMaker adds endpoint, variant and hour")
    .option("--sampling <percent>", "share of the requests, 1 to 100 (default: 100)", wholeNumber)
    .option("--modes <list>", "input, output or input,output (default: input,output)", modes)
    .option("--csv-types <list>", "content types captured as CSV (default: text/csv)", parseNames)
    .option(
      "--json-types <list>",
      "content types captured as JSON (default: application/json,application/jsonlines)",
      parseNames,
    )
    .action(async (endpoint: string, _: unknown, command: Command) => {
      const options: EnableOptions = command.optsWithGlobals();
      await change(endpoint, requestOf(options), options);
    });
  subcommand("disable", "stop capturing; the settings stay for the next time").action(
    async (endpoint: string, _: unknown, command: Command) => {
      await change(endpoint, { enabled: false }, command.optsWithGlobals());
    },
  );
  subcommand("show", "show what is captured, and what that makes impossible").action(
    async (endpoint: string, _: unknown, command: Command) => {
      const options: CaptureOptions = command.optsWithGlobals();
      await openAccount(options);
      print(await readCapture(endpoint), options);
    },
  );
}

function requestOf(options: EnableOptions): CaptureRequest {
  const { destination, sampling, modes, csvTypes, jsonTypes } = options;
  return {
    enabled: true,
    ...(destination === undefined ? {} : { destination: destination.replace(/\/+$/, "") }),
    ...(sampling === undefined ? {} : { samplingPercent: sampling }),
    ...(modes === undefined ? {} : { modes }),
    ...(csvTypes === undefined ? {} : { csvContentTypes: csvTypes }),
    ...(jsonTypes === undefined ? {} : { jsonContentTypes: jsonTypes }),
  };
}

async function change(
  endpoint: string,
  request: CaptureRequest,
  options: CaptureOptions,
): Promise<void> {
  await openAccount(options);
  let shown = "";
  const result = await changeCapture(endpoint, request, {
    onProgress: (progress) => {
      const line = progress.kind === "waiting" ? `${endpoint}: ${progress.status} …` : "";
      if (line !== "" && line !== shown) process.stderr.write(`${line}\n`);
      shown = line;
    },
  });
  print(result, options, result.changed ? "changed" : "as it was");
}

function print(reading: CaptureReading, options: CaptureOptions, how?: string): void {
  const lost = reading.settings === null ? [NOT_CONFIGURED] : lostByCapture(reading.settings);
  if (options.json) printJson({ ...reading, lost });
  else printText([...linesOf(reading, how), ...lost.map((line) => `! ${line}`)].join("\n"));
}

const NOT_CONFIGURED = "Nothing is captured: no check of this endpoint can run.";

function linesOf(reading: CaptureReading, how: string | undefined): string[] {
  const { endpoint, status, configName, settings, inForce } = reading;
  const onOrOff = settings?.enabled ? "on" : "off";
  const lines = [
    `Capture of ${endpoint} is ${onOrOff}${how === undefined ? "" : ` (${how})`}`,
    `  endpoint         ${status}, configuration ${configName}`,
  ];
  if (settings?.enabled) {
    lines.push(
      `  destination      ${settings.destination}/${endpoint}/<variant>/yyyy/mm/dd/hh/`,
      `  sampling         ${settings.samplingPercent} %`,
      `  modes            ${settings.modes.join(", ").toLowerCase()}`,
      `  CSV types        ${settings.csvContentTypes.join(", ") || "none"}`,
      `  JSON types       ${settings.jsonContentTypes.join(", ") || "none"}`,
    );
  }
  if (!inForce) {
    lines.push(
      "! The endpoint does not do what its configuration says: an update has retained another " +
        "capture. Run the change again.",
    );
  }
  return lines;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError("must be a whole number, 1 to 100.");
  return Number(text);
}

function modes(text: string): CaptureMode[] {
  return parseNames(text).map((name) => {
    const mode = MODES[name.toLowerCase()];
    if (mode === undefined)
      throw new InvalidArgumentError("must be input, output or input,output.");
    return mode;
  });
}
