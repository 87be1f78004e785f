import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import { addQualityCheck, tellCapturesToAlarms } from "./captures-to-alarms.ts";
import { summarizeHealing, summarizeHealth } from "./healing/summarize-healing.ts";
import { tellHealing } from "./healing/tell-healing.ts";
import { tellHealth } from "./healing/tell-health.ts";
import { tellLabelsToQuality } from "./labels-to-quality.ts";
import type { Scene } from "./scene.ts";
import { summarize } from "./summary.ts";

/** Each tells a story and gives its summary. */
const SCENARIOS = {
  healthy: async (scene: Scene) => summarizeHealth(await tellHealth(scene)),
  heal: async (scene: Scene) => summarizeHealing(await tellHealing(scene, "promoted")),
  rollback: async (scene: Scene) => summarizeHealing(await tellHealing(scene, "rolled-back")),
  reject: async (scene: Scene) => summarizeHealing(await tellHealing(scene, "rejected")),
} as const;

export type ScenarioName = keyof typeof SCENARIOS;

/** @throws MonitoringError `unknown-scenario` */
export function scenarioName(text: string): ScenarioName {
  const names = Object.keys(SCENARIOS) as ScenarioName[];
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new MonitoringError(
    "unknown-scenario",
    `--scenario: "${text}": must be one of ${names.join(", ")}`,
  );
}

/** The summary of one scenario; without a name those of all that belong to the main job, as they come. */
export async function* tellScenario(
  scene: Scene,
  name: ScenarioName | undefined,
): AsyncGenerator<string> {
  if (name !== undefined) {
    yield await SCENARIOS[name](scene);
    return;
  }
  yield await tellDrift(scene);
  yield await SCENARIOS.heal(scene);
  yield await SCENARIOS.rollback(scene);
}

/** Captures in, alarms out; then labels in. */
async function tellDrift(scene: Scene): Promise<string> {
  const found = await tellCapturesToAlarms(scene);
  await addQualityCheck(scene, found);
  const { monitor, labelled: hours } = found;
  const { endpoint, inbox } = monitor;
  return summarize(found, await tellLabelsToQuality(scene, { endpoint, hours, inbox }));
}
