import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { Incident, IncidentCause, Review } from "../../contracts/self-healing/incident.ts";
import { type AlarmChange, afterAlarm } from "../../retrain/incident.ts";
import { stageText } from "../stage.ts";
import {
  dynamodb,
  endpointPartition,
  type Item,
  isConditionRefused,
  queryItems,
} from "../table.ts";

/** The open ones, of which an endpoint has one at most; a closed one lies with its endpoint. */
const OPEN = "open-incidents";
const ATTEMPTS = 20;

export async function findOpenIncident(endpoint: string): Promise<Incident | null> {
  return (await readOpen(endpoint))?.incident ?? null;
}

export async function listOpenIncidents(): Promise<Incident[]> {
  return (await queryItems(OPEN, " ", "~")).map((item) => versionOf(item).incident);
}

/** @returns the endpoint's incident after an alarm has changed, which may be closed by it */
export async function noteAlarm(change: AlarmChange): Promise<Incident | null> {
  return await changeIncident(change.endpoint, (open) => afterAlarm(open, change));
}

/** Notes that people were asked about these causes; they are not asked twice. */
export async function noteAsked(
  { endpoint, incident }: Incident,
  causes: readonly IncidentCause[],
): Promise<void> {
  await changeIncident(endpoint, (open) => {
    if (open?.incident !== incident) return open;
    return { ...open, askedAbout: [...new Set([...(open.askedAbout ?? []), ...causes])] };
  });
}

/**
 * Notes what a person answered to the question whether to retrain. The last answer stands: people are
 * asked again when another cause comes up.
 *
 * @returns whether the incident is still open
 */
export async function noteReview(
  endpoint: string,
  incident: string,
  review: Review,
): Promise<boolean> {
  const noted = await changeIncident(endpoint, (open) => {
    if (open?.incident !== incident) return open;
    const isLater = open.review === undefined || Date.parse(open.review.at) < Date.parse(review.at);
    return isLater ? { ...open, review } : open;
  });
  return noted?.incident === incident;
}

interface Version {
  readonly incident: Incident;
  readonly version: number;
}

/** Changes the open incident as if nobody else did at the same time. */
async function changeIncident(
  endpoint: string,
  change: (open: Incident | null) => Incident | null,
): Promise<Incident | null> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await readOpen(endpoint);
    const after = change(before?.incident ?? null);
    if (after === null || after === before?.incident) return after;
    if (await write(before, after)) return after;
  }
  throw new MonitoringError(
    "incident-contended",
    `incident of "${endpoint}": lost ${ATTEMPTS} races: must be changed by one at a time`,
  );
}

async function readOpen(endpoint: string): Promise<Version | null> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({ TableName: stageText("table"), Key: openKey(endpoint), ConsistentRead: true }),
  );
  return item === undefined ? null : versionOf(item);
}

/** A closed one is put to its endpoint before it leaves the open ones, so that none is ever lost. */
async function write(before: Version | null, after: Incident): Promise<boolean> {
  const { endpoint, openedAt, closedAt } = after;
  const TableName = stageText("table");
  const unchanged =
    before === null
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : {
          ConditionExpression: "version = :version",
          ExpressionAttributeValues: { ":version": before.version },
        };
  try {
    if (closedAt === undefined) {
      const Item = { ...openKey(endpoint), ...after, version: (before?.version ?? 0) + 1 };
      await dynamodb().send(new PutCommand({ TableName, Item, ...unchanged }));
      return true;
    }
    const Item = { pk: endpointPartition(endpoint), sk: `incident#${openedAt}`, ...after };
    await dynamodb().send(new PutCommand({ TableName, Item }));
    await dynamodb().send(new DeleteCommand({ TableName, Key: openKey(endpoint), ...unchanged }));
    return true;
  } catch (error) {
    if (isConditionRefused(error)) return false;
    throw error;
  }
}

function openKey(endpoint: string): Item {
  return { pk: OPEN, sk: endpoint };
}

function versionOf({ pk, sk, version, ...incident }: Item): Version {
  return { incident: incident as Incident, version };
}
