import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { adoptStage } from "../../shared/aws/functions.ts";
import {
  deleteDefinition,
  type MonitorStatus,
  readDefinitionText,
  readMonitors,
  readStatus,
  unknownEndpoint,
  writeDefinition,
} from "../../shared/aws/monitors.ts";
import { parseMonitorFile } from "../../shared/contracts/monitor-file.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import { type AccountOptions, accountOptions, openAccount } from "../account.ts";
import { EXIT_CODE } from "../exit-codes.ts";
import { readTextFile } from "../files.ts";
import { printJson, printText } from "../output.ts";

interface MonitorsOptions extends AccountOptions {
  readonly json?: boolean;
}

const POLL_MILLIS = 250;
const WAIT_MILLIS = 60_000;

/** `monitors apply FILE | list | show ENDPOINT | remove ENDPOINT`. */
export function registerMonitors(program: Command): void {
  const monitors = program.command("monitors").description("define what is monitored, and how");
  const subcommand = (name: string, description: string): Command =>
    accountOptions(monitors.command(name).description(description));

  subcommand("apply", "validate a definition, store it, and wait until it is in force")
    .argument("<file>", "monitor definition in YAML")
    .action((file: string, _: unknown, command: Command) => apply(file, command.optsWithGlobals()));
  subcommand("list", "list the monitored endpoints and their state").action(
    (_: unknown, command: Command) => list(command.optsWithGlobals()),
  );
  subcommand("show", "show a definition and what became of it")
    .argument("<endpoint>")
    .action((endpoint: string, _: unknown, command: Command) =>
      show(endpoint, command.optsWithGlobals()),
    );
  subcommand("remove", "remove a definition, with its alarms and subscriptions")
    .argument("<endpoint>")
    .action((endpoint: string, _: unknown, command: Command) =>
      remove(endpoint, command.optsWithGlobals()),
    );
}

async function apply(path: string, options: MonitorsOptions): Promise<void> {
  const { text } = await readTextFile(path);
  const { endpoint } = parseMonitorFile(text, path);
  await openStage(options);
  const etag = await writeDefinition(endpoint, text);
  const status = await waitFor(`status/${endpoint}.json`, async () => {
    const found = await readStatus(endpoint);
    return found?.definitionEtag === etag ? found : undefined;
  });
  printStatus(status, options);
}

async function list(options: MonitorsOptions): Promise<void> {
  await openStage(options);
  const monitors = await readMonitors();
  const rows = await Promise.all(
    monitors.map(async ({ endpoint }) => {
      const status = await readStatus(endpoint);
      return { endpoint, state: status?.state ?? "not registered yet" };
    }),
  );
  if (options.json) printJson(rows);
  else if (rows.length === 0) printText("No endpoint is monitored.");
  else printText(rows.map(({ endpoint, state }) => `${endpoint}: ${state}`).join("\n"));
}

async function show(endpoint: string, options: MonitorsOptions): Promise<void> {
  await openStage(options);
  const definition = await readDefinitionText(endpoint);
  if (definition === null) throw unknownEndpoint(endpoint);
  const status = await readStatus(endpoint);
  if (options.json) printJson({ definition, status });
  else printText(`${definition.trimEnd()}\n\n${status === null ? "" : sentences(status)}`);
}

async function remove(endpoint: string, options: MonitorsOptions): Promise<void> {
  await openStage(options);
  if ((await readDefinitionText(endpoint)) === null) throw unknownEndpoint(endpoint);
  await deleteDefinition(endpoint);
  await waitFor(`removal of status/${endpoint}.json`, async () =>
    (await readStatus(endpoint)) === null ? true : undefined,
  );
  if (options.json) printJson({ endpoint, state: "removed" });
  else printText(`${endpoint}: no longer monitored; its alarms and subscriptions are removed.`);
}

async function openStage(options: MonitorsOptions): Promise<void> {
  await openAccount(options);
  await adoptStage(options.stage);
}

function printStatus(status: MonitorStatus, options: MonitorsOptions): void {
  if (options.json) printJson(status);
  else printText(sentences(status));
  if (status.state !== "active") process.exitCode = EXIT_CODE.error;
}

function sentences({
  endpoint,
  state,
  explanation,
  baseline,
  alarms = [],
  notified = [],
}: MonitorStatus) {
  return [
    `${endpoint}: ${state}. ${explanation}`,
    ...(baseline === undefined ? [] : [`Baseline: ${baseline}`]),
    ...(alarms.length === 0 ? [] : [`Alarms: ${alarms.join(", ")}`]),
    ...(notified.length === 0 ? [] : [`Told: ${notified.join(", ")}`]),
  ].join("\n");
}

async function waitFor<T>(what: string, read: () => Promise<T | undefined>): Promise<T> {
  for (let waited = 0; waited < WAIT_MILLIS; waited += POLL_MILLIS) {
    const found = await read();
    if (found !== undefined) return found;
    await sleep(POLL_MILLIS);
  }
  throw new MonitoringError(
    "not-registered",
    `${what}: not seen in ${WAIT_MILLIS / 1000} s: register-monitor must write it; its log says why`,
  );
}
