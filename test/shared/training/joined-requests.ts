import type { MonitorDefinition } from "../../../shared/contracts/monitor-definition.ts";
import { LabelJoin } from "../../../shared/labels/label-join.ts";
import { predictionColumns } from "../../../shared/quality/prediction-columns.ts";
import {
  type GatheredRequests,
  type GatherOptions,
  LabelledRequestsBuilder,
} from "../../../shared/training/labelled-requests.ts";
import {
  type PreparedTrainingSet,
  type PrepareInput,
  prepareTrainingSet,
} from "../../../shared/training/prepare-training-set.ts";
import { definitionWith } from "../window/sample-definition.ts";

export const START = Date.UTC(2026, 0, 1);
export const MINUTE = 60_000;

/** One request of a client and, when it is known, what was true. */
export interface Asked {
  readonly id: string;
  readonly minute: number;
  readonly input: string;
  readonly output?: string | null;
  readonly label?: string;
  readonly encoding?: "CSV" | "JSON";
  readonly variant?: string;
}

export function joinOf(asked: readonly Asked[]): LabelJoin {
  const join = new LabelJoin("records");
  for (const each of asked) {
    join.captures.push(Buffer.from(`${captureLine(each)}\n`));
    if (each.label !== undefined) join.labels.push(Buffer.from(`${labelLine(each)}\n`));
  }
  join.captures.end();
  join.labels.end();
  return join;
}

function captureLine({ id, minute, input, output = "0.5", encoding = "CSV" }: Asked): string {
  const side = (mode: string, data: string) => ({
    observedContentType: encoding === "CSV" ? "text/csv" : "application/json",
    mode,
    data,
    encoding,
  });
  return JSON.stringify({
    captureData: {
      endpointInput: side("INPUT", input),
      ...(output === null ? {} : { endpointOutput: side("OUTPUT", output) }),
    },
    eventMetadata: {
      eventId: `event-${id}`,
      inferenceId: id,
      inferenceTime: new Date(START + minute * MINUTE).toISOString(),
    },
    eventVersion: "0",
  });
}

function labelLine({ id, label }: Asked): string {
  return JSON.stringify({
    groundTruthData: { data: label, encoding: "CSV" },
    eventMetadata: { eventId: id },
    eventVersion: "0",
  });
}

const definition = definitionWith();

export function gather(
  asked: readonly Asked[],
  options: Partial<GatherOptions> = {},
): GatheredRequests {
  const builder = new LabelledRequestsBuilder({
    columns: predictionColumns(definition),
    known: null,
    isChampion: () => true,
    ...options,
  });
  for (const [variant, of] of Map.groupBy(asked, (each) => each.variant ?? "blue")) {
    builder.add(joinOf(of), variant);
  }
  return builder.gathered();
}

export interface Choice {
  readonly gather?: Partial<GatherOptions>;
  readonly data?: Partial<PrepareInput["retraining"]["data"]>;
  readonly pii?: readonly string[];
  readonly problem?: MonitorDefinition["problem"];
  readonly minimumCompared?: number;
}

export function prepare(asked: readonly Asked[], choice: Choice = {}): PreparedTrainingSet {
  return prepareTrainingSet({
    run: "churn-0123456789",
    bucket: "plumbline-local",
    definition: {
      ...definition,
      problem: choice.problem ?? definition.problem,
      features: { pii: [...(choice.pii ?? [])] },
      evaluation: { ...definition.evaluation, minimumRows: choice.minimumCompared ?? 1 },
    },
    retraining: {
      data: {
        window: "P30D",
        holdout: 0.2,
        minimumRows: 1,
        minimumRowsPerClass: 1,
        format: "csv",
        ...choice.data,
      },
    },
    gathered: gather(asked, choice.gather),
    known: choice.gather?.known ?? null,
    capturedPercent: 100,
  });
}

export function prepared(asked: readonly Asked[], choice: Choice = {}) {
  const result = prepare(asked, choice);
  if (result.outcome === "no-data") throw new Error(result.reason);
  return result;
}

export const textOf = (bytes: Iterable<Uint8Array>): string =>
  Buffer.concat([...bytes]).toString("utf8");

/** Requests a minute apart, of both classes in turn. */
export const alternating = (count: number): Asked[] =>
  Array.from({ length: count }, (_, minute) => ({
    id: `r${String(minute).padStart(4, "0")}`,
    minute,
    input: `${minute},a${minute}`,
    output: String(minute / count),
    label: String(minute % 2),
  }));
