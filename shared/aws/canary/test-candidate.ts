import {
  InvokeEndpointCommand,
  SageMakerRuntimeClient,
  SageMakerRuntimeServiceException,
} from "@aws-sdk/client-sagemaker-runtime";
import { smokeTest, type TestedRequest, type VariantAnswer } from "../../canary/smoke-test.ts";
import { settingsOf, showsCapture } from "../../capture/capture-settings.ts";
import { MONITOR_CHANGED } from "../../contracts/monitor-changed.ts";
import { parseS3Uri } from "../../contracts/s3-uri.ts";
import type { SmokeTestValue } from "../../contracts/self-healing/tasks.ts";
import { describeEndpoint, describeEndpointConfig } from "../endpoints.ts";
import { readObject } from "../objects.ts";
import { putOwnEvents } from "../own-events.ts";
import { putAudit } from "../self-healing/audit.ts";
import { readDataset } from "../training/training-sets.ts";
import { type RunWithCandidate, readHeldRun, withCandidate } from "./held-run.ts";

/** Of the newest rows of the holdout. */
const REQUEST_COUNT = 20;

let client: SageMakerRuntimeClient | undefined;

/**
 * Asks the candidate by name, before any user's request reaches it, and sees that capture is still on. From
 * then on it has alarms of its own: register-monitor makes them for the variants that are there.
 */
export async function testCandidate(run: string, at: string): Promise<SmokeTestValue> {
  const record = withCandidate(await readHeldRun(run));
  const { endpoint } = record;
  const value = (await lostCapture(record)) ?? (await askBoth(record));
  await putOwnEvents(MONITOR_CHANGED, [{ endpoint }]);
  const { outcome, reason } = value;
  await putAudit({
    ...{ run, endpoint, at, by: "start-canary", step: "test-candidate" },
    ...{ decision: outcome, reason, seen: {}, inputs: [] },
  });
  return value;
}

/** null when the endpoint captures as it did before. */
async function lostCapture({
  endpoint: name,
  candidate,
}: RunWithCandidate): Promise<SmokeTestValue | null> {
  const { DataCaptureConfig: before } = await describeEndpointConfig(candidate.baseConfigName);
  if (before === undefined) return null;
  const endpoint = await describeEndpoint(name);
  if (showsCapture(endpoint, settingsOf(before))) return null;
  const shown = JSON.stringify(endpoint.DataCaptureConfig ?? null);
  const reason = `endpoint "${name}": capture is not as before the candidate was added: ${shown}`;
  return { outcome: "refused", reason };
}

async function askBoth(record: RunWithCandidate): Promise<SmokeTestValue> {
  const { run, champion, candidate, definition } = record;
  const { holdoutContentType: contentType, files } = await readDataset(run);
  const bytes = await readObject(parseS3Uri(files.holdoutInputs));
  const lines = new TextDecoder().decode(bytes ?? new Uint8Array()).split("\n");
  const rows = lines.filter((line) => line.trim() !== "").slice(-REQUEST_COUNT);
  const requests: TestedRequest[] = [];
  for (const [index, body] of rows.entries()) {
    const ask = (variant: string) =>
      invoke(record, { variant, body, contentType, inferenceId: `${run}-test-${index}` });
    requests.push({
      champion: await ask(champion.variant),
      candidate: await ask(candidate.variant),
    });
  }
  return smokeTest(requests, definition);
}

interface TestRequest {
  readonly variant: string;
  readonly body: string;
  readonly contentType: string;
  readonly inferenceId: string;
}

async function invoke(
  { endpoint }: RunWithCandidate,
  { variant, body, contentType, inferenceId }: TestRequest,
): Promise<VariantAnswer> {
  client ??= new SageMakerRuntimeClient({});
  try {
    const { Body, ContentType = contentType } = await client.send(
      new InvokeEndpointCommand({
        EndpointName: endpoint,
        TargetVariant: variant,
        InferenceId: inferenceId,
        ContentType: contentType,
        Body: body,
      }),
    );
    const text = new TextDecoder().decode(Body);
    return { kind: "answer", text, contentType: ContentType };
  } catch (error) {
    const isRefusal =
      error instanceof SageMakerRuntimeServiceException && error.$fault === "client";
    if (!isRefusal) throw error;
    return { kind: "refusal", reason: `${error.name}: ${error.message}` };
  }
}
