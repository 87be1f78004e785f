import { ALL_VARIANTS } from "../../contracts/check-name.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import type { PinnedObject } from "../../contracts/self-healing/training-set.ts";
import { predictionColumns } from "../../quality/prediction-columns.ts";
import { type ChampionServing, championServing } from "../../training/champion-serving.ts";
import type { KnownFeatures } from "../../training/input-names.ts";
import {
  type GatheredRequests,
  LabelledRequestsBuilder,
} from "../../training/labelled-requests.ts";
import { periodMillis, type Window } from "../../window/window.ts";
import { readBaseline } from "../baselines.ts";
import { readDeployments } from "../deployments.ts";
import { joinVariant, listJoinInputs } from "../label-joins.ts";
import { stageCount } from "../stage.ts";

/** The labelled requests of a run's window, and the objects that they were read from. */
export interface ReadRequests {
  readonly gathered: GatheredRequests;
  /** Of the champion's baseline; null where it has none. */
  readonly known: KnownFeatures | null;
  readonly captures: readonly PinnedObject[];
  readonly labels: readonly PinnedObject[];
  /** Capture objects of the window that are no longer there. */
  readonly absentObjectCount: number;
}

/** What it follows from. */
export type Requested = Pick<RunRecord, "endpoint" | "definition" | "champion" | "startedAt">;

/** The rows of all parts are held in memory, about three times as large as their captures. */
const PARTITIONS_MAX = 4;

/**
 * Joins what was captured until a run began with all labels that have come, in as many partitions as the
 * memory of a function asks for. It reaches back as far as the data may, from the oldest inference that
 * may still be the newest labelled one.
 */
export async function readLabelledRequests(
  record: Requested,
): Promise<ReadRequests | MonitoringError> {
  const { endpoint, definition } = record;
  const listed = await listJoinInputs({ endpoint, variant: ALL_VARIANTS }, readWindow(record));
  const partitionCount = Math.max(1, Math.ceil(listed.byteCount / stageCount("joinBytes")));
  if (partitionCount > PARTITIONS_MAX) {
    return new MonitoringError(
      "training-window-too-large",
      `retraining.data.window: ${listed.byteCount} bytes of captures and labels: ` +
        `must be at most ${PARTITIONS_MAX * stageCount("joinBytes")}: shorten the window`,
      { details: { byteCount: listed.byteCount } },
    );
  }
  const known = await knownFeatures(record);
  const columns = predictionColumns(definition);
  const isChampion = await readServing(record);
  const builder = new LabelledRequestsBuilder({ columns, known, isChampion });
  const pinned = {
    captures: new Map<string, PinnedObject>(),
    labels: new Map<string, PinnedObject>(),
  };
  let absentObjectCount = 0;
  for (let index = 0; index < partitionCount; index++) {
    absentObjectCount = 0;
    for (const captured of listed.variants) {
      const partition = { index, count: partitionCount };
      const joined = await joinVariant(captured, listed.labels, partition, (kind, object) =>
        pinned[kind].set(object.location, object),
      );
      builder.add(joined.join, captured.variant);
      absentObjectCount += joined.absentObjectCount;
    }
  }
  return {
    gathered: builder.gathered(),
    known,
    captures: [...pinned.captures.values()],
    labels: [...pinned.labels.values()],
    absentObjectCount,
  };
}

function readWindow({ startedAt, definition }: Requested): Window {
  const toMillis = Date.parse(startedAt);
  const windowMillis = periodMillis(definition.retraining?.data.window ?? "P30D");
  return {
    fromMillis: toMillis - windowMillis - periodMillis(definition.labels.expectedWithin),
    toMillis,
  };
}

/** What served before the timeline begins is what its first stretch says: it begins when it is first read. */
async function readServing({ endpoint, champion }: Requested): Promise<ChampionServing> {
  const [first, ...later] = await readDeployments(endpoint);
  if (first === undefined) return championServing(champion, []);
  return championServing(champion, [{ ...first, from: new Date(0).toISOString() }, ...later]);
}

/** The champion's features by its baseline; null where that tells none. */
async function knownFeatures({ champion, definition }: Requested): Promise<KnownFeatures | null> {
  try {
    const { constraints } = await readBaseline(champion.baseline);
    const names = constraints.features.map(({ name }) => name);
    return { names, describes: definition.checks.dataQuality.columns };
  } catch (error) {
    if (error instanceof MonitoringError) return null;
    throw error;
  }
}
