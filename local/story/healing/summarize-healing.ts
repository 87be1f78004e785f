import type { AuditRecord } from "../../../shared/contracts/self-healing/audit-record.ts";
import type { DeploymentRecord } from "../../../shared/contracts/self-healing/run.ts";
import { formatNoun } from "../../../shared/report/numbers.ts";
import { qualityRows, quote } from "../summary.ts";
import type { LiveTraffic } from "./canary-traffic.ts";
import type { Healing, HealingEnd } from "./tell-healing.ts";
import type { Health } from "./tell-health.ts";

const REASON_LENGTH = 100;

const TITLES: Readonly<Record<HealingEnd, string>> = {
  promoted: "Healed: the world changed, and a better model was promoted",
  "rolled-back": "Rolled back: a model that was better on paper failed in traffic",
  rejected: "Rejected: a person kept the champion",
};

/** What a retraining came to, for the person who ran it. */
export function summarizeHealing(healing: Healing): string {
  const { end, endpoint, hours, run, link, decisions, deployments, shares, mails } = healing;
  const serving = [...shares].map(([variant, share]) => `${variant} ${percentOf(share)}`);
  return `
${TITLES[end]} (endpoint ${endpoint})

What the labels said of each hour:
${qualityRows(hours)}

What run ${run.run} decided (all of it: plumbline explain ${run.run}):
${decisions.map(decisionRow).join("\n")}

The page behind the mailed link asked "${link.asked}"; its form's answer: "${link.answered}".
${canaryLine(healing)}
What served when, by the deployment timeline; the endpoint itself says ${serving.join(", ")}:
${deployments.map(deploymentRow).join("\n")}

What the team was told:
${quote(mails.map((mail) => mail.split("\n")[0]).join("\n"))}

The last of these messages:

${quote(mails.at(-1) ?? "")}

${compressed(healing)}
`;
}

/** Which times were not what they would be on AWS. */
function compressed({ end }: Healing): string {
  const lines = [
    "Compressed: hours of traffic took seconds; training, evaluation and each change of the endpoint half a",
    "second; the schedule's events came every 2 seconds, not 5 minutes, and the judge's a minute early.",
  ];
  if (end === "promoted") {
    lines.push(
      "The last hour is not over yet: its requests, its labels and the event that checks it carry its times.",
    );
  }
  return lines.join("\n");
}

/** What became of an endpoint that nothing happened to. */
export function summarizeHealth({ endpoint, hours, ringing, ...counts }: Health): string {
  const { alarmCount, runCount } = counts;
  const alarms = ringing.length === 0 ? "none rings" : `ringing: ${ringing.join(", ")}`;
  return `
Healthy: nothing happened, and nothing was done (endpoint ${endpoint})

What the labels said of each hour:
${qualityRows(hours)}

Alarms: ${formatNoun(alarmCount, "alarm")} watched, ${alarms}
Retraining runs: ${runCount === 0 ? "none" : runCount}
`;
}

function decisionRow({ step, decision, reason }: AuditRecord): string {
  return `  ${step.padEnd(20)}  ${decision.padEnd(11)}  ${shortened(reason)}`;
}

function shortened(reason: string): string {
  return reason.length <= REASON_LENGTH ? reason : `${reason.slice(0, REASON_LENGTH - 1)}…`;
}

function canaryLine({ canary }: Healing): string {
  if (canary === null) return "";
  const { during, after } = canary;
  const lines = [`With the challenger at 5 % customers sent ${sentOf(during)}.`];
  if (after !== null) lines.push(`With the champion alone again they sent ${sentOf(after)}.`);
  return `${lines.join("\n")}\n`;
}

function sentOf({ sentCount, failedCount }: LiveTraffic): string {
  const failed = failedCount === 0 ? "none of which failed" : `of which ${failedCount} failed`;
  return `${sentCount} requests, ${failed}`;
}

function deploymentRow({ from, to, variant, modelPackageArn, run }: DeploymentRecord): string {
  const span = `${clockOf(from)} – ${to === undefined ? "now     " : clockOf(to)}`;
  const version = modelPackageArn?.split("/").at(-1);
  const model = version === undefined ? "the first model" : `version ${version}`;
  return `  ${span}  ${model.padEnd(16)}  ${variant}${run === undefined ? "" : `, by run ${run}`}`;
}

const clockOf = (instant: string): string => instant.slice(11, 19);

const percentOf = (share: number): string => `${Number((share * 100).toFixed(2))} %`;
