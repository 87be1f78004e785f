import { expect } from "vitest";
import { readAllRows } from "../../local/churn/churn-rows.ts";
import { churnGenerator } from "../../local/churn/generate-rows.ts";
import { approvalIdOf } from "../../shared/approval/question-ids.ts";
import { signedLink } from "../../shared/aws/approvals/link-signatures.ts";
import { workOff } from "../../shared/aws/functions.ts";
import { listObjects, writeObject } from "../../shared/aws/objects.ts";
import { answer, bakeStep, runEnd, waitsFor } from "./self-healing-runs.ts";
import {
  eventually,
  type HealingStage,
  openPatient,
  sendTraffic,
  startRetraining,
} from "./self-healing-stage.ts";
import { objectEvent } from "./stage.ts";

const BUCKET = "plumbline-local";
const LABELLED_COUNT = 100;
const HOUR_MILLIS = 3_600_000;

/** A run in which everything is looked at that may be: evidence before the approval, labels in the canary. */
export async function healOnce(stage: HealingStage, endpoint: string): Promise<void> {
  const approval = "required: true, expiresAfter: P1D";
  await openPatient(stage, { endpoint, approval });
  // What was captured before there was a definition is profiled by whoever asks for it.
  for (const { key, etag } of await listObjects({ bucket: BUCKET, key: `captures/${endpoint}/` })) {
    await workOff("local", "profile-capture", objectEvent("Object Created", BUCKET, { key, etag }));
  }
  const run = await startRetraining(endpoint);
  await waitsFor(run, "approval");
  const expiresAtMillis = Date.now() + HOUR_MILLIS;
  const link = await signedLink({ kind: "approval", id: approvalIdOf(run), expiresAtMillis });
  expect((await fetch(link)).status).toBe(200);
  await answer(run, "approved");
  await waitsFor(run, "bake");
  await sendLabelledTraffic(stage, endpoint);
  await bakeStep(stage, run);
  expect(await runEnd(run)).toMatchObject({ outcome: "promoted", serves: "challenger" });
}

/** Requests, what became of their customers, and both known to the stage. */
async function sendLabelledTraffic(stage: HealingStage, endpoint: string): Promise<void> {
  const url = `${stage.account.sagemakerEndpointUrl}/endpoints/${endpoint}/invocations`;
  const nextRow = churnGenerator(readAllRows(), 13);
  const lines = ["inferenceId,label"];
  for (let index = 0; index < LABELLED_COUNT; index++) {
    const { values, label } = nextRow();
    const inferenceId = `labelled-${index}`;
    const headers = { "content-type": "text/csv", "x-amzn-sagemaker-inference-id": inferenceId };
    await (await fetch(url, { method: "POST", headers, body: values.join(",") })).text();
    lines.push(`${inferenceId},${label}`);
  }
  const [captures, truth] = [`captures/${endpoint}/`, `ground-truth/${endpoint}/`];
  const [profiles, inbox] = [`profiles/objects/${endpoint}/`, `label-inbox/${endpoint}/`];
  const countOf = async (key: string) => (await listObjects({ bucket: BUCKET, key })).length;
  const truthCount = await countOf(truth);
  await sendTraffic(stage, endpoint, 0);
  const labels = { bucket: BUCKET, key: `${inbox}labels.csv` };
  await writeObject(labels, `${lines.join("\n")}\n`, "text/csv");
  await eventually("the profiles of its captures and its labels", async () => {
    const isProfiled = (await countOf(profiles)) >= (await countOf(captures));
    return isProfiled && (await countOf(truth)) > truthCount ? true : null;
  });
}
