import { randomUUID } from "node:crypto";
import { callFunction } from "../../shared/aws/functions.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { httpApiUrl } from "../http-api.ts";
import { randomSource } from "../random.ts";
import { plumbline } from "./plumbline.ts";
import type { Scene } from "./scene.ts";

/** The labels of one hour's traffic, by inference id: what became of the customers. */
export interface LabelledHour {
  readonly title: string;
  readonly fromMillis: number;
  readonly labels: ReadonlyMap<string, 0 | 1>;
}

const LABELS_PER_REQUEST = 500;
const SEED = 20_260_116;
/** Of the labels, how many are sent a second time: clients repeat what they are not sure of. */
const REPEATED_FRACTION = 0.1;

/** How many of the labels posted were new, and how many known already. */
export interface PostedCounts {
  readonly accepted: number;
  readonly duplicate: number;
}

/** Labels to post, and when; without a time now. */
export interface LabelPost {
  readonly endpoint: string;
  readonly hours: readonly LabelledHour[];
  /** Ahead of the clock: no HTTP request can arrive then, so the API's event is sent in its place. */
  readonly arrivedMillis?: number;
}

/** Posts the labels of hours with a key of the endpoint: late, shuffled, one in ten twice. */
export async function postLabels(
  scene: Scene,
  { endpoint, hours, arrivedMillis }: LabelPost,
): Promise<PostedCounts> {
  const labels = shuffled(hours.flatMap(labelsOf));
  const created = await plumbline(scene.account, ["keys", "create", endpoint, "--json"]);
  const { key } = JSON.parse(created) as { key: string };
  const api = await httpApiUrl(scene.account);
  const bar = scene.narrator.bar("labels", labels.length);
  let [accepted, duplicate] = [0, 0];
  for (let start = 0; start < labels.length; start += LABELS_PER_REQUEST) {
    const body = JSON.stringify({ labels: labels.slice(start, start + LABELS_PER_REQUEST) });
    const request = { endpoint, key, body };
    const answer = await (arrivedMillis === undefined
      ? postByHttp(api, request)
      : postByEvent(arrivedMillis, request));
    accepted += answer.accepted;
    duplicate += answer.duplicate;
    bar.update(start + LABELS_PER_REQUEST);
  }
  bar.stop();
  return { accepted, duplicate };
}

interface LabelRequest {
  readonly endpoint: string;
  readonly key: string;
  readonly body: string;
}

const headersOf = ({ key }: LabelRequest) => ({
  authorization: `Bearer ${key}`,
  "content-type": "application/json",
  "idempotency-key": randomUUID(),
});

async function postByHttp(api: string, request: LabelRequest): Promise<PostedCounts> {
  const url = `${api}/endpoints/${request.endpoint}/labels`;
  const { body } = request;
  const response = await fetch(url, { method: "POST", headers: headersOf(request), body });
  return countsOf(response.status, await response.text());
}

async function postByEvent(timeEpoch: number, request: LabelRequest): Promise<PostedCounts> {
  const { endpoint, body } = request;
  const answer = await callFunction("local", "ingest-labels", {
    ...{ version: "2.0", routeKey: "POST /endpoints/{endpoint}/labels" },
    ...{ headers: headersOf(request), pathParameters: { endpoint }, body, isBase64Encoded: false },
    requestContext: { requestId: randomUUID(), timeEpoch },
  });
  const { statusCode, body: said } = answer as { statusCode: number; body: string };
  return countsOf(statusCode, said);
}

function countsOf(status: number, answer: string): PostedCounts {
  if (status === 202) return JSON.parse(answer) as PostedCounts;
  throw new MonitoringError("labels-refused", `labels: ${status} ${answer}: must be 202`);
}

interface PostedLabel {
  readonly inferenceId: string;
  readonly label: 0 | 1;
  readonly labelTime: string;
}

function labelsOf({ fromMillis, labels }: LabelledHour): PostedLabel[] {
  const labelTime = new Date(fromMillis + HOUR_MILLIS + 60_000).toISOString();
  return [...labels].map(([inferenceId, label]) => ({ inferenceId, label, labelTime }));
}

function shuffled(labels: readonly PostedLabel[]): PostedLabel[] {
  const random = randomSource(SEED);
  const repeated = labels.filter(() => random() < REPEATED_FRACTION);
  return [...labels, ...repeated]
    .map((label) => ({ label, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ label }) => label);
}
