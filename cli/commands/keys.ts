import type { Command } from "commander";
import { adoptStage } from "../../shared/aws/functions.ts";
import { createLabelKey, listLabelKeys, revokeLabelKey } from "../../shared/aws/label-keys.ts";
import { findDefinition } from "../../shared/aws/monitors.ts";
import { isInForce, type LabelKey } from "../../shared/contracts/label-key.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import { type AccountOptions, accountOptions, openAccount } from "../account.ts";
import { parseCount } from "../options.ts";
import { printJson, printText } from "../output.ts";

interface KeysOptions extends AccountOptions {
  readonly json?: boolean;
}

interface CreateOptions extends KeysOptions {
  readonly name: string;
  readonly validDays?: number;
  readonly requestsPerMinute?: number;
}

const DAY_MILLIS = 86_400_000;

/** `keys create ENDPOINT… | list | revoke KEY-ID`. */
export function registerKeys(program: Command): void {
  const keys = program.command("keys").description("make and revoke keys that may post labels");
  const subcommand = (name: string, description: string): Command =>
    accountOptions(keys.command(name).description(description));

  subcommand("create", "make a key for one or more endpoints; it is shown this once")
    .argument("<endpoints...>")
    .option("--name <text>", "what the key is for", "")
    .option(
      "--valid-days <days>",
      "until when it is valid (default: until it is revoked)",
      parseCount,
    )
    .option("--requests-per-minute <count>", "its limit (default: the stage's)", parseCount)
    .action((endpoints: string[], _: unknown, command: Command) =>
      create(endpoints, command.optsWithGlobals()),
    );
  subcommand("list", "list all keys, those that are no longer in force as well").action(
    (_: unknown, command: Command) => list(command.optsWithGlobals()),
  );
  subcommand("revoke", "refuse a key from now on")
    .argument("<key-id>")
    .action((keyId: string, _: unknown, command: Command) =>
      revoke(keyId, command.optsWithGlobals()),
    );
}

async function create(endpoints: readonly string[], options: CreateOptions): Promise<void> {
  await openStage(options);
  for (const endpoint of endpoints) {
    const definition = await findDefinition(endpoint);
    const isUnknown =
      definition instanceof MonitoringError && definition.code === "unknown-endpoint";
    if (isUnknown) throw definition;
  }
  const now = Date.now();
  const { name, validDays, requestsPerMinute = null } = options;
  const validUntil =
    validDays === undefined ? null : new Date(now + validDays * DAY_MILLIS).toISOString();
  const wanted = { endpoints: [...new Set(endpoints)], name, validUntil, requestsPerMinute };
  const { key, text } = await createLabelKey(wanted, new Date(now).toISOString());
  if (options.json) printJson({ ...shown(key, now), key: text });
  else printText(`${text}\n${sentence(key, now)} It is shown this once: keep it in a safe place.`);
}

async function list(options: KeysOptions): Promise<void> {
  await openStage(options);
  const now = Date.now();
  const keys = await listLabelKeys();
  if (options.json) printJson(keys.map((key) => shown(key, now)));
  else if (keys.length === 0) printText("There are no keys.");
  else printText(keys.map((key) => sentence(key, now)).join("\n"));
}

async function revoke(keyId: string, options: KeysOptions): Promise<void> {
  await openStage(options);
  const now = Date.now();
  const key = await revokeLabelKey(keyId, new Date(now).toISOString());
  if (key === null) {
    throw new MonitoringError("unknown-key", `key "${keyId}": must be one that "keys list" shows`);
  }
  if (options.json) printJson(shown(key, now));
  else printText(sentence(key, now));
}

async function openStage(options: KeysOptions): Promise<void> {
  await openAccount(options);
  await adoptStage(options.stage);
}

/** All but the hash: nobody needs to see it. */
function shown(key: LabelKey, nowMillis: number) {
  const { secretSha256: _hash, ...rest } = key;
  return { ...rest, inForce: isInForce(key, nowMillis) };
}

function sentence(key: LabelKey, nowMillis: number): string {
  const { keyId, endpoints, name, createdAt, validUntil, revokedAt, requestsPerMinute } = key;
  const parts = [
    `${keyId}: ${isInForce(key, nowMillis) ? "in force" : "not in force"}`,
    `for ${endpoints.join(", ")}`,
    ...(name === "" ? [] : [JSON.stringify(name)]),
    `made ${createdAt}`,
    ...(validUntil === null ? [] : [`valid until ${validUntil}`]),
    ...(revokedAt === null ? [] : [`revoked ${revokedAt}`]),
    ...(requestsPerMinute === null ? [] : [`${requestsPerMinute} requests a minute`]),
  ];
  return `${parts.join("; ")}.`;
}
