import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { findWindows } from "../../shared/aws/backfill-plan.ts";
import { backfillArnOf, readBackfillProgress } from "../../shared/aws/backfill-progress.ts";
import { backfillName, startBackfill } from "../../shared/aws/backfills.ts";
import { adoptStage } from "../../shared/aws/functions.ts";
import { reportLocation } from "../../shared/aws/reports.ts";
import { readWindowRecords } from "../../shared/aws/window-records.ts";
import type { BackfillRequest } from "../../shared/contracts/backfill-task.ts";
import { CHECK_NAMES, type CheckName } from "../../shared/contracts/check-name.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import type { Outcome } from "../../shared/contracts/outcome.ts";
import { formatNoun } from "../../shared/report/numbers.ts";
import type { BackfillWindow } from "../../shared/window/backfill.ts";
import { isoWindow } from "../../shared/window/plan.ts";
import { type AccountOptions, accountOptions, openAccount } from "../account.ts";
import { EXIT_CODE } from "../exit-codes.ts";
import { requireOptions } from "../options.ts";
import { printJson, printText } from "../output.ts";
import { startProgress } from "../progress.ts";
import { parseHour } from "../window-option.ts";

interface BackfillOptions extends AccountOptions {
  readonly json?: boolean;
  readonly endpoint: string;
  readonly from: number;
  readonly to: number;
  readonly variant?: string;
}

/** `backfill CHECK`: past windows, by the state machine. */
export function registerBackfill(program: Command): void {
  accountOptions(program.command("backfill"))
    .description("check the past windows of an endpoint again, by the deployed state machine")
    .argument("<check>", CHECK_NAMES.join(", "), parseCheck)
    .option("--endpoint <name>", "the monitored endpoint")
    .option("--from <time>", "whole hour in UTC or day, from which windows begin", parseHour)
    .option("--to <time>", "whole hour in UTC or day, until which windows end", parseHour)
    .option("--variant <name>", "one variant; without it all that a plan issues")
    .addHelpText("after", EXAMPLES)
    .action(async (check: CheckName, _: unknown, command: Command) => {
      requireOptions(command, ["--endpoint <name>", "--from <time>", "--to <time>"]);
      await backfill(check, command.optsWithGlobals());
    });
}

const EXAMPLES = `
The same request that is still running is followed, not started again; it goes on without this command.

Examples:
  $ plumbline backfill data-quality --endpoint churn --from 2026-01-01 --to 2026-02-01
  $ plumbline backfill model-quality --endpoint churn --from 2026-01-05 --to 2026-02-02 --json`;

async function backfill(check: CheckName, options: BackfillOptions): Promise<void> {
  await openAccount(options);
  await adoptStage(options.stage, "check-model-quality");
  const request = requestOf(check, options);
  const startedAt = new Date().toISOString();
  const windows = await findWindows({ request, startedAt });
  if (windows instanceof MonitoringError) throw windows;
  if (windows.length === 0) {
    throw new MonitoringError(
      "no-windows",
      `${request.from} to ${request.to}: no window of ${check} that has ended lies in it, from the ` +
        "first captures on",
    );
  }
  const name = await startOrFind(request);
  const notChecked = await follow(name, windows.length);
  const found = await resultsOf(windows, notChecked.first);
  const execution = backfillArnOf(name);
  const { failedCount } = notChecked;
  const total = `${formatNoun(found.length, "window")}, ${failedCount} not checked: ${execution}`;
  if (options.json) printJson({ execution, failedCount, windows: found });
  else printText([...found.map(sentence), total].join("\n"));
  process.exitCode = failedCount > 0 ? EXIT_CODE.error : exitCodeOf(found);
}

function requestOf(check: CheckName, options: BackfillOptions): BackfillRequest {
  const { endpoint, from: fromMillis, to: toMillis, variant } = options;
  if (fromMillis >= toMillis) {
    throw new MonitoringError("invalid-range", "--from and --to: must begin before it ends");
  }
  const asked = { endpoint, check, ...isoWindow({ fromMillis, toMillis }) };
  return variant === undefined ? asked : { ...asked, variant };
}

/** The first name of the request's that is free, or whose execution still runs. */
async function startOrFind(request: BackfillRequest): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = `${backfillName(request)}-${number}`;
    if (await startBackfill(name, request)) return name;
    if ((await readBackfillProgress(name)).status === "RUNNING") return name;
  }
}

const POLL_MILLIS = 1_000;

/** What the state machine says of windows that it could not check: of many the first ones. */
interface NotChecked {
  readonly failedCount: number;
  readonly first: readonly (Pick<BackfillWindow, "variant" | "window"> & {
    readonly reason: string;
  })[];
}

const ALL_CHECKED: NotChecked = { failedCount: 0, first: [] };

async function follow(name: string, windowCount: number): Promise<NotChecked> {
  const bar = startProgress("Checking windows", windowCount);
  try {
    for (let seenCount = 0; ; await sleep(POLL_MILLIS)) {
      const { status, doneCount, error, cause } = await readBackfillProgress(name);
      bar.advance(doneCount - seenCount);
      seenCount = doneCount;
      if (status === "SUCCEEDED") return ALL_CHECKED;
      if (error === "SomeNotChecked") return JSON.parse(cause!);
      if (status === "RUNNING") continue;
      const why = [error, cause].filter((text) => text).join(": ");
      throw new MonitoringError("backfill-failed", `${backfillArnOf(name)}: ${status}: ${why}`);
    }
  } finally {
    bar.stop();
  }
}

interface WindowResult extends BackfillWindow {
  /** null when the window has no result. */
  readonly outcome: Outcome | null;
  readonly revision: number | null;
  readonly report: string | null;
  /** Why it was not checked by this backfill. */
  readonly notChecked?: string;
}

async function resultsOf(
  windows: readonly BackfillWindow[],
  notChecked: NotChecked["first"],
): Promise<WindowResult[]> {
  const { endpoint, window: first } = windows[0]!;
  const records = await readWindowRecords(endpoint, Date.parse(first.from));
  const known = new Map(records.map((record) => [keyOf({ ...record, ...isoed(record) }), record]));
  const failed = new Map(
    notChecked.map((each) => [keyOf({ ...each, check: windows[0]!.check }), each.reason]),
  );
  return windows.map((asked) => {
    const result = known.get(keyOf(asked))?.result;
    const reason = failed.get(keyOf(asked)) ?? (result === undefined ? "no result" : undefined);
    const owner = { ...asked, window: millisOf(asked.window) };
    return {
      ...asked,
      outcome: result?.outcome ?? null,
      revision: result?.revision ?? null,
      report: result === undefined ? null : reportLocation(owner, result.revision),
      ...(reason === undefined ? {} : { notChecked: reason }),
    };
  });
}

function isoed({ window }: { readonly window: Parameters<typeof isoWindow>[0] }) {
  return { window: isoWindow(window) };
}

function millisOf({ from, to }: BackfillWindow["window"]) {
  return { fromMillis: Date.parse(from), toMillis: Date.parse(to) };
}

function keyOf({ check, variant, window }: Omit<BackfillWindow, "endpoint">): string {
  return `${check} ${variant} ${window.from} ${window.to}`;
}

/** `2026-01-15T10:00:00Z/2026-01-15T11:00:00Z  _all  violated  s3://…/report.html` */
function sentence({ window, variant, outcome, report, notChecked }: WindowResult): string {
  const place = `${window.from}/${window.to}  ${variant}`;
  if (notChecked !== undefined) return `${place}  not checked: ${notChecked}`;
  const why = outcome?.outcome === "inconclusive" ? `: ${outcome.explanation}` : "";
  return `${place}  ${outcome?.outcome}${why}  ${report}`;
}

/** That of the worst window. */
function exitCodeOf(found: readonly WindowResult[]): number {
  if (found.some(({ notChecked }) => notChecked !== undefined)) return EXIT_CODE.error;
  const outcomes = new Set(found.map(({ outcome }) => outcome?.outcome));
  if (outcomes.has("violated")) return EXIT_CODE.violated;
  return outcomes.has("inconclusive") ? EXIT_CODE.inconclusive : EXIT_CODE.passed;
}

function parseCheck(text: string): CheckName {
  const name = CHECK_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  throw new InvalidArgumentError(`must be one of ${CHECK_NAMES.join(", ")}.`);
}
