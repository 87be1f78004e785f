import { HOUR_MILLIS } from "../../../shared/window/window.ts";
import { readAllRows } from "../../churn/churn-rows.ts";
import { churnGenerator } from "../../churn/generate-rows.ts";
import { type RivalOffer, underOffer } from "../../churn/rival-offer.ts";
import {
  applyMonitor,
  type ChurnMonitor,
  makeQualityBaseline,
  openChurn,
} from "../churn-monitor.ts";
import type { LabelledHour } from "../post-labels.ts";
import type { Scene } from "../scene.ts";
import { sendHour } from "../send-hour.ts";

const ROWS_PER_HOUR = 600;
const SEED = 20_260_117;

/** No feature moves, and what they mean does: who calls much in the evening leaves. */
const OFFER: RivalOffer = { feature: "Eve Mins", above: 230 };

/**
 * Two models that learned from different worlds answer differently, and a laptop's microseconds are no
 * measure of latency: neither is harm here.
 */
const SELF_HEALING = `checks:
  dataQuality: { every: PT1H, dialect: sagemaker, minimumRows: 100 }
  modelQuality: { every: PT1H, minimumLabels: 100 }
labels: { expectedWithin: PT1H, minimumCoverage: 0.8 }
alarms: { silentAfter: PT6H }
retraining:
  mode: automatic
  data: { window: PT3H, minimumRows: 1000, maximumRows: 1200 }
  trainingJob: { image: logistic-regression, role: training }
evaluation: { metric: auc }
approval: { required: true, expiresAfter: P3D }
rollout:
  steps: [5, 100]
  bake: PT1M
  minimumSamples: 150
  tolerated: { latencyPercent: 400, predictionDistance: 0.6 }
`;

/** An endpoint whose definition says how it heals, and where its customers come from. */
export interface Patient extends ChurnMonitor {
  readonly sendHour: (hour: PatientHour) => Promise<LabelledHour>;
}

export interface PatientHour {
  readonly fromMillis: number;
  /** Whether the rival's offer is out. */
  readonly isOffered: boolean;
}

export async function openPatient(scene: Scene): Promise<Patient> {
  const { narrator } = scene;
  const monitor = await openChurn(scene);
  await makeQualityBaseline(scene, monitor);
  narrator.step("Register the monitor, with how the model is healed");
  await applyMonitor(scene, monitor, SELF_HEALING);
  const nextRow = churnGenerator(readAllRows(), SEED);
  const { endpoint, features } = monitor;
  return {
    ...monitor,
    sendHour: async ({ fromMillis, isOffered }) => {
      const title = isOffered ? "a rival's offer in the evening" : "customers as they were";
      narrator.step(`Hour ${new Date(fromMillis).toISOString().slice(11, 16)}: ${title}`);
      const customer = isOffered ? () => underOffer(nextRow(), features, OFFER) : nextRow;
      const hour = { endpoint, features, fromMillis, rowCount: ROWS_PER_HOUR, nextRow: customer };
      return { title, fromMillis, labels: await sendHour(scene, hour) };
    },
  };
}

/** The last hours that are over, each as the plan says. */
export async function sendHours(
  { sendHour: send }: Patient,
  plan: readonly boolean[],
): Promise<LabelledHour[]> {
  const endMillis = Math.floor(Date.now() / HOUR_MILLIS) * HOUR_MILLIS;
  const hours: LabelledHour[] = [];
  for (const [index, isOffered] of plan.entries()) {
    const fromMillis = endMillis - (plan.length + 1 - index) * HOUR_MILLIS;
    hours.push(await send({ fromMillis, isOffered }));
  }
  return hours;
}
