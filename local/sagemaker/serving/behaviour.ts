import * as z from "zod/mini";
import { mediaTypeOf } from "./media-type.ts";
import type { InferenceResponse, ModelServer } from "./model-server.ts";

/**
 * How a model misbehaves, when its training was to make it so. It lies in the artefact beside the
 * model, so that it goes wherever the model goes: into the registry, and behind an endpoint.
 */
const behaviour = z.strictObject({
  /** Added to the ModelLatency that is reported, for which nobody really waits. */
  addedLatencyMillis: z.number(),
  /** The share of an endpoint's invocations that its container answers with 500. */
  errorFraction: z.number(),
  /** How many it answers well before that. */
  answersBeforeErrors: z.number(),
  /** Answers in another shape than its predecessors, behind an endpoint and in batch transform. */
  otherSchema: z.boolean(),
});

export type Behaviour = z.infer<typeof behaviour>;

/** A model as its container loaded it. */
export interface LoadedModel extends ModelServer {
  readonly behaviour: Behaviour;
  /** Whether its container fails on the request that has come to an endpoint. */
  readonly fails: (random: () => number) => boolean;
}

export const BEHAVIOUR_FILE = "behaviour.json";

export const WELL_BEHAVED: Behaviour = {
  addedLatencyMillis: 0,
  errorFraction: 0,
  answersBeforeErrors: 0,
  otherSchema: false,
};

/** The server with what the artefact says of its behaviour. */
export function behaving(server: ModelServer, files: ReadonlyMap<string, string>): LoadedModel {
  const file = files.get(BEHAVIOUR_FILE);
  const read = file === undefined ? WELL_BEHAVED : behaviour.parse(JSON.parse(file));
  const invoke: ModelServer["invoke"] = (request) => {
    const response = server.invoke(request);
    return read.otherSchema ? reshaped(response) : response;
  };
  return { invoke, behaviour: read, fails: failing(read) };
}

function failing({ errorFraction, answersBeforeErrors }: Behaviour): LoadedModel["fails"] {
  let requestCount = 0;
  return (random) => {
    requestCount++;
    const isSound = errorFraction === 0 || requestCount <= answersBeforeErrors;
    return !isSound && random() < errorFraction;
  };
}

/** CSV gets a leading column, JSON another name and depth. */
function reshaped({ contentType, body }: InferenceResponse): InferenceResponse {
  const lines = body.split("\n").map((line) => reshapedLine(line, mediaTypeOf(contentType)));
  return { contentType, body: lines.join("\n") };
}

function reshapedLine(line: string, mediaType: string): string {
  if (mediaType === "text/csv") return `v2,${line}`;
  return JSON.stringify({ prediction: JSON.parse(line) });
}
