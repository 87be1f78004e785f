import { alarmsOf } from "../alarm/alarms.ts";
import { type Notified, subscriptionChanges, subscriptionsOf } from "../alarm/subscriptions.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { replaceAlarms } from "./alarms.ts";
import { type PreparedBaseline, prepareBaseline } from "./baselines.ts";
import { describeEndpoint } from "./endpoints.ts";
import { changeSubscription, listSubscriptions, subscribe, unsubscribe } from "./messages.ts";
import {
  deleteMonitorRecord,
  listMonitorRecords,
  readMonitorRecord,
  writeMonitorRecord,
} from "./monitor-records.ts";
import {
  deleteStatus,
  type MonitorFile,
  type MonitorStatus,
  readMonitors,
  writeStatus,
} from "./monitors.ts";
import { stageCount, stageText } from "./stage.ts";
import { fitToStage, unreadByStage } from "./stage-fit.ts";

/**
 * Makes what is deployed for an endpoint equal to what its definition says, from whatever state it is in;
 * a second run changes nothing. A definition that does not validate changes nothing either: the alarms
 * of the one before stay, and the status says why.
 *
 * @returns the status that was written; null when there is no definition and everything was removed
 */
export async function registerMonitor(endpoint: string): Promise<MonitorStatus | null> {
  const monitors = await readMonitors();
  const file = monitors.find((monitor) => monitor.endpoint === endpoint);
  const status = await register(endpoint, file, monitors);
  // Another run may have registered a later definition meanwhile, which this one has undone in part.
  const now = (await readMonitors()).find((monitor) => monitor.endpoint === endpoint);
  return now?.etag === file?.etag ? status : await registerMonitor(endpoint);
}

async function register(
  endpoint: string,
  file: MonitorFile | undefined,
  monitors: readonly MonitorFile[],
): Promise<MonitorStatus | null> {
  if (file === undefined) {
    await replaceAlarms(endpoint, []);
    await deleteMonitorRecord(endpoint);
    await replaceSubscriptions(monitors, false);
    await deleteStatus(endpoint);
    return null;
  }
  const { content } = file;
  const valid = content instanceof MonitoringError ? content : fitToStage(content);
  if (valid instanceof MonitoringError) {
    return await saveStatus({ ...statusOf(file), state: "invalid", explanation: valid.message });
  }
  try {
    return await activate(file, valid, monitors);
  } catch (error) {
    const explanation = error instanceof Error ? error.message : String(error);
    await saveStatus({ ...statusOf(file), state: "failed", explanation });
    throw error;
  }
}

async function activate(
  file: MonitorFile,
  definition: MonitorDefinition,
  monitors: readonly MonitorFile[],
): Promise<MonitorStatus> {
  const { endpoint, etag } = file;
  const baseline = await prepareBaseline(definition);
  const variants = await listVariants(endpoint);
  const alarms = alarmsOf({
    stage: stageText("stage"),
    definition,
    variants,
    watermarkMillis: stageCount("watermarkMinutes") * 60_000,
  });
  await replaceAlarms(endpoint, alarms);
  const known = await readMonitorRecord(endpoint);
  await replaceSubscriptions(monitors, known?.definitionEtag !== etag);
  const unread = await unreadByStage(definition);
  const { capture, notify } = definition;
  await writeMonitorRecord({ endpoint, definitionEtag: etag, variants, capture, notify });
  return await saveStatus({
    ...statusOf(file),
    state: "active",
    explanation: explanationOf(baseline, variants, unread),
    baseline: baseline.prefix,
    alarms: alarms.map(({ name }) => name).sort(),
    notified: [...definition.notify].sort(),
  });
}

function explanationOf(
  baseline: PreparedBaseline,
  variants: readonly string[],
  unread: readonly string[],
): string {
  const sentences = ["The endpoint is monitored.", ...unread];
  if (baseline.problem !== null) {
    sentences.push(`Until it has a baseline every check is inconclusive: ${baseline.problem}.`);
  }
  if (variants.length === 0) {
    sentences.push(
      "SageMaker knows no endpoint of this name, so its own metrics have no alarms yet.",
    );
  }
  return sentences.join(" ");
}

/** None when SageMaker has no such endpoint (yet): then there is nothing whose metrics to watch. */
async function listVariants(endpoint: string): Promise<string[]> {
  try {
    const { ProductionVariants } = await describeEndpoint(endpoint);
    return (ProductionVariants ?? []).map(({ VariantName }) => VariantName).sort();
  } catch (error) {
    if (error instanceof MonitoringError && error.code === "endpoint-not-found") return [];
    throw error;
  }
}

/**
 * Subscriptions are of all definitions together, so another definition may be applied at the same time:
 * who finds that the definitions changed meanwhile does it again, so that the last one is right.
 */
async function replaceSubscriptions(
  monitors: readonly MonitorFile[],
  isDefinitionNew: boolean,
): Promise<void> {
  const wanted = subscriptionsOf(await notifiedBy(monitors));
  const changes = subscriptionChanges(await listSubscriptions(), wanted);
  for (const subscription of changes.added) await subscribe(subscription);
  for (const { arn, endpoints } of changes.changed) await changeSubscription(arn, endpoints);
  for (const arn of changes.removed) await unsubscribe(arn);
  // Nobody is asked again to confirm because of what concerns no definition, such as a new variant.
  if (isDefinitionNew) for (const subscription of changes.pending) await subscribe(subscription);
  const now = await readMonitors();
  const versions = (files: readonly MonitorFile[]) =>
    files.map(({ endpoint, etag }) => `${endpoint} ${etag}`).join();
  if (versions(now) !== versions(monitors)) await replaceSubscriptions(now, isDefinitionNew);
}

/** Of a definition that does not validate any more, the addresses of the one before stay. */
async function notifiedBy(monitors: readonly MonitorFile[]): Promise<Notified[]> {
  const records = await listMonitorRecords();
  return monitors.flatMap(({ endpoint, content }): Notified[] =>
    content instanceof MonitoringError
      ? records.filter((record) => record.endpoint === endpoint)
      : [content],
  );
}

function statusOf({ endpoint, etag }: MonitorFile) {
  return { endpoint, definitionEtag: etag };
}

async function saveStatus(status: MonitorStatus): Promise<MonitorStatus> {
  await writeStatus(status);
  return status;
}
