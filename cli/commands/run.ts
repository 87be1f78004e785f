import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { adoptStage, workOff } from "../../shared/aws/functions.ts";
import { findDefinition } from "../../shared/aws/monitors.ts";
import {
  type ReportOwner,
  readReportStatistics,
  readResult,
  reportLocation,
} from "../../shared/aws/reports.ts";
import { stageCount } from "../../shared/aws/stage.ts";
import { readWindowRecord } from "../../shared/aws/window-records.ts";
import { CHECK_DUE, type CheckDueDetail } from "../../shared/contracts/check-due.ts";
import { ALL_VARIANTS, CHECK_NAMES, type CheckName } from "../../shared/contracts/check-name.ts";
import type { CheckResult } from "../../shared/contracts/check-result.ts";
import type { MonitorDefinition } from "../../shared/contracts/monitor-definition.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import type { AnyCheckResult } from "../../shared/contracts/quality-result.ts";
import { isoWindow, periodsOf } from "../../shared/window/plan.ts";
import { newestEndedWindow, type Window } from "../../shared/window/window.ts";
import { type AccountOptions, accountOptions, openAccount } from "../account.ts";
import { setExitCode } from "../exit-codes.ts";
import { printJson, printText } from "../output.ts";
import { summarizeCheck } from "../summarize-check.ts";
import { summarizeQuality } from "../summarize-quality.ts";
import { parseWindow } from "../window-option.ts";

interface RunOptions extends AccountOptions {
  readonly json?: boolean;
  readonly variant: string;
  readonly window?: Window;
}

/** `run ENDPOINT CHECK`, on demand, by the deployed function. */
export function registerRun(program: Command): void {
  accountOptions(program.command("run"))
    .description("run one check of a monitored endpoint now")
    .argument("<endpoint>")
    .argument("<check>", CHECK_NAMES.join(", "))
    .option("--variant <name>", "one variant; without it all together", ALL_VARIANTS)
    .option("--window <from/to>", "whole hours in UTC; without it the newest window", parseWindow)
    .addHelpText("after", EXAMPLES)
    .action(async (endpoint: string, check: string, _: unknown, command: Command) => {
      await run(endpoint, checkNamed(check), command.optsWithGlobals());
    });
}

const EXAMPLES = `
Examples:
  $ plumbline run churn data-quality
  $ plumbline run churn model-quality
  $ plumbline run churn data-quality --window 2026-01-15T10:00Z/2026-01-15T12:00Z --json`;

async function run(endpoint: string, check: CheckName, options: RunOptions): Promise<void> {
  await openAccount(options);
  await adoptStage(options.stage);
  const definition = await findDefinition(endpoint);
  if (definition instanceof MonitoringError) throw definition;
  const window = options.window ?? newestWindow(definition, check);
  const { variant } = options;
  const due: CheckDueDetail = {
    endpoint,
    variant,
    check,
    window: isoWindow(window),
    cause: "requested",
  };
  const event = eventOf(due);
  await workOff(options.stage, `check-${check}`, event);
  const owner = { endpoint, variant, check, window };
  const known = (await readWindowRecord(due))?.result;
  if (check === "model-quality" && (known?.asOfMillis ?? 0) < Date.parse(event.time)) {
    const { from, to } = due.window;
    throw new MonitoringError(
      "window-too-large",
      `window ${from}/${to}: is too large for one function and was handed over: follow it by ` +
        `plumbline backfill ${check} --endpoint ${endpoint} --from ${from} --to ${to}`,
    );
  }
  const revision = known?.revision ?? 0;
  const result = await readResult(owner, revision);
  if (result === null) {
    throw new MonitoringError(
      "result-absent",
      `${reportLocation(owner, revision)}: is absent: check-${check} must have written it`,
    );
  }
  if (options.json) printJson(result);
  else printText(await summary(owner, result, revision));
  setExitCode(result.outcome);
}

function newestWindow(definition: MonitorDefinition, check: CheckName): Window {
  const watermarkMillis = stageCount("watermarkMinutes") * 60_000;
  const period = periodsOf(definition).find((known) => known.check === check);
  if (period !== undefined) return newestEndedWindow(Date.now() - watermarkMillis, period.millis);
  throw new MonitoringError(
    "check-not-defined",
    `check ${check}: ${definition.endpoint} has none: its definition must name it under checks`,
  );
}

function eventOf(detail: CheckDueDetail) {
  return {
    id: randomUUID(),
    source: "plumbline.command-line",
    time: new Date().toISOString(),
    "detail-type": CHECK_DUE,
    detail,
  };
}

async function summary(owner: ReportOwner, result: AnyCheckResult, revision: number) {
  const text =
    result.check === "model-quality"
      ? summarizeQuality(result, undefined)
      : await dataQualitySummary(owner, result, revision);
  return `${text}\n\nReport: ${reportLocation(owner, revision)} (revision ${revision})`;
}

async function dataQualitySummary(owner: ReportOwner, result: CheckResult, revision: number) {
  const window = await readReportStatistics(owner, revision);
  const report = { result, constraints: null, baseline: null, window, windowTypes: new Map() };
  return summarizeCheck(report, undefined);
}

function checkNamed(text: string): CheckName {
  const name = CHECK_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  throw new MonitoringError(
    "unknown-check",
    `check "${text}": must be one of ${CHECK_NAMES.join(", ")}`,
  );
}
