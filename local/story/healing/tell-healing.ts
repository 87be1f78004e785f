import { DescribeEndpointCommand } from "@aws-sdk/client-sagemaker";
import { readDeployments } from "../../../shared/aws/deployments.ts";
import { findRun, listUnendedRuns } from "../../../shared/aws/self-healing/runs.ts";
import type { AuditRecord } from "../../../shared/contracts/self-healing/audit-record.ts";
import type { DeploymentRecord, RunRecord } from "../../../shared/contracts/self-healing/run.ts";
import { HOUR_MILLIS } from "../../../shared/window/window.ts";
import { checkLabelledHours, type QualityReading } from "../labels-to-quality.ts";
import { askSimulator, type Scene } from "../scene.ts";
import { approvalLink, decideByLink, type LinkDecision } from "./approval-link.ts";
import { bakeCanary, type LiveTraffic, sendNow } from "./canary-traffic.ts";
import { type FollowedRun, followRun } from "./followed-run.ts";
import { openPatient, type Patient, sendHours } from "./patient.ts";
import { openMail, type TeamMail } from "./team-mail.ts";

const MINUTE_MILLIS = 60_000;

/** How the story of a retraining ends. */
export type HealingEnd = "promoted" | "rolled-back" | "rejected";

interface Plot {
  /** What the simulator does to the model that is trained. */
  readonly faults: object;
  readonly decision: "approve" | "reject";
  /** What customers send while the canary bakes. */
  readonly requestCount: number;
  /** What the team's last message about the run says. */
  readonly told: string;
}

const PLOTS: Readonly<Record<HealingEnd, Plot>> = {
  promoted: { faults: {}, decision: "approve", requestCount: 4000, told: "is promoted" },
  "rolled-back": {
    // The test of the candidate finds what fails at once: this one fails after a while.
    faults: { erroringTrainingCount: 1, errorFraction: 0.4, answersBeforeErrors: 40 },
    decision: "approve",
    requestCount: 2000,
    told: "was rolled back",
  },
  rejected: { faults: {}, decision: "reject", requestCount: 0, told: "was rejected" },
};

/** What the story found. */
export interface Healing {
  readonly end: HealingEnd;
  readonly endpoint: string;
  readonly hours: readonly QualityReading[];
  readonly run: RunRecord;
  readonly decisions: readonly AuditRecord[];
  readonly link: LinkDecision;
  /** Requests while the challenger had its share; after a roll back some more. Null without a canary. */
  readonly canary: { readonly during: LiveTraffic; readonly after: LiveTraffic | null } | null;
  readonly deployments: readonly DeploymentRecord[];
  /** Share of the traffic by variant, as the endpoint itself says afterwards. */
  readonly shares: ReadonlyMap<string, number>;
  readonly mails: readonly string[];
}

/**
 * The world changes, quality is lost, and a model is trained that is better: then approved and promoted, or
 * rolled back because it fails behind the endpoint, or rejected.
 */
export async function tellHealing(scene: Scene, end: HealingEnd): Promise<Healing> {
  const { narrator } = scene;
  const plot = PLOTS[end];
  const patient = await openPatient(scene);
  const { endpoint } = patient;
  const mail = openMail(patient.inbox);
  const sent = await sendHours(patient, [false, true, true, true]);
  await askSimulator(scene, "faults", { of: endpoint, ...plot.faults });
  const hours = await checkLabelledHours(scene, { endpoint, hours: sent });
  narrator.step("The alarm of the lost quality starts a retraining run");
  const followed = await followRun(scene, endpoint);
  const link = await decide(scene, { followed, mail, decision: plot.decision });
  const during =
    plot.requestCount === 0 ? null : await bakeCanary(scene, patient, followed, plot.requestCount);
  const run = await ended(followed);
  narrator.say(`run ${run.run} ended: ${run.ended?.outcome}: ${run.ended?.reason}`);
  const last = await followed.until(`the message that it ${plot.told}`, () => mail.find(plot.told));
  const after = end === "promoted" ? await tellNextHour(scene, patient) : [];
  const canary = during && {
    during,
    after: end === "rolled-back" ? await sendAgain(scene, endpoint) : null,
  };
  return {
    ...{ end, endpoint, run, link, canary, hours: [...hours, ...after] },
    decisions: followed.decisions,
    deployments: await readDeployments(endpoint),
    shares: await readShares(scene, endpoint),
    mails: [...mail.messages.filter((message) => message !== last), last],
  };
}

interface Asked {
  readonly followed: FollowedRun;
  readonly mail: TeamMail;
  readonly decision: "approve" | "reject";
}

async function decide(scene: Scene, { followed, mail, decision }: Asked): Promise<LinkDecision> {
  const message = await followed.until("the message that asks for an approval", () =>
    mail.find("/approvals/"),
  );
  scene.narrator.step(`A person follows the link of the message, and sends its form: ${decision}`);
  const link = await decideByLink(approvalLink(message)!, decision);
  scene.narrator.say(`"${link.asked}": ${link.answered}`);
  return link;
}

async function ended({ run, until }: FollowedRun): Promise<RunRecord> {
  return await until("the end of the run", async () => {
    const record = await findRun(run);
    if (record?.ended === undefined) return undefined;
    const isListed = (await listUnendedRuns()).some((unended) => unended.run === run);
    return isListed ? undefined : record;
  });
}

/** The first whole hour that the promoted model serves lies ahead of the clock, and so do its labels. */
async function tellNextHour(
  scene: Scene,
  { endpoint, sendHour }: Patient,
): Promise<QualityReading[]> {
  const fromMillis = Math.ceil(Date.now() / HOUR_MILLIS) * HOUR_MILLIS;
  const hours = [await sendHour({ fromMillis, isOffered: true })];
  const arrivedMillis = fromMillis + HOUR_MILLIS + 10 * MINUTE_MILLIS;
  return await checkLabelledHours(scene, { endpoint, hours, arrivedMillis });
}

async function sendAgain(scene: Scene, endpoint: string): Promise<LiveTraffic> {
  scene.narrator.step("The champion alone again");
  return await sendNow(scene, endpoint, 500);
}

async function readShares({ sagemaker }: Scene, endpoint: string): Promise<Map<string, number>> {
  const command = new DescribeEndpointCommand({ EndpointName: endpoint });
  const { ProductionVariants = [] } = await sagemaker.send(command);
  const total = ProductionVariants.reduce((sum, { CurrentWeight = 0 }) => sum + CurrentWeight, 0);
  return new Map(
    ProductionVariants.map(({ VariantName, CurrentWeight = 0 }) => {
      return [VariantName!, CurrentWeight / total];
    }),
  );
}
