import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Account, closeAccount, openAccount } from "../../local/account.ts";
import { createChurnEndpoint } from "../../local/churn/churn-endpoint.ts";
import { trainChurnModel } from "../../local/churn/churn-model.ts";
import { readTrainingRows } from "../../local/churn/churn-rows.ts";
import { deploy } from "../../local/deploy.ts";
import { httpApiUrl } from "../../local/http-api.ts";
import { planAt } from "../../local/story/plan-at.ts";
import { flushCaptures, openScene, type Scene } from "../../local/story/scene.ts";
import { waitFor } from "../../local/story/wait-for.ts";
import { changeCapture } from "../../shared/aws/capture-configuration.ts";
import { readCapturedHours } from "../../shared/aws/captured-hours.ts";
import { adoptStage } from "../../shared/aws/functions.ts";
import { createLabelKey } from "../../shared/aws/label-keys.ts";
import { readStatus, writeDefinition } from "../../shared/aws/monitors.ts";
import type { QualityCheckResult } from "../../shared/contracts/quality-result.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { readAll } from "./stage.ts";

const BUCKET = "plumbline-local";
const ENDPOINT = "sampled";
const REQUESTS = 200;
const DAY_MILLIS = 24 * HOUR_MILLIS;

let account: Account;
let folder: string;
let scene: Scene;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-sampled-"));
  account = await openAccount({ folder });
  await deploy(account);
  const narrator = { step: () => {}, say: () => {}, bar: () => ({ update() {}, stop() {} }) };
  scene = await openScene(account, narrator);
  await adoptStage("local");
});
afterAll(async () => {
  await closeAccount(account);
  await rm(folder, { recursive: true });
});

const ids = Array.from({ length: REQUESTS }, (_, index) => `request-${index}`);

/** Every request is of the present time, so that CloudWatch counts it into the window that it is of. */
async function invokeAll(): Promise<void> {
  const { rows } = readTrainingRows();
  for (const [index, InferenceId] of ids.entries()) {
    const Body = Buffer.from(rows[index]!.values.join(","));
    const request = { EndpointName: ENDPOINT, ContentType: "text/csv", Body, InferenceId };
    await scene.runtime.send(new InvokeEndpointCommand(request));
  }
  await flushCaptures(scene);
}

async function postAllLabels(): Promise<void> {
  const wanted = { endpoints: [ENDPOINT], name: "", validUntil: null, requestsPerMinute: 100 };
  const { text: key } = await createLabelKey(wanted, new Date().toISOString());
  const response = await fetch(`${await httpApiUrl(account)}/endpoints/${ENDPOINT}/labels`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ labels: ids.map((inferenceId) => ({ inferenceId, label: 1 })) }),
  });
  expect(response.status).toBe(202);
}

/** Of the windows that have begun since, the reports of the endpoint as a whole. */
async function readReports(): Promise<{ result: QualityCheckResult; page: string }[]> {
  const files = await readAll(BUCKET, `reports/${ENDPOINT}/_all/model-quality/`);
  return Object.entries(files)
    .filter(([key]) => key.endsWith("/result.json"))
    .map(([key, text]) => {
      const page = files[key.replace("result.json", "report.html")]!;
      return { result: JSON.parse(text) as QualityCheckResult, page };
    });
}

it("reconciles a capture of every second request with what the endpoint counted", async () => {
  const { s3, sagemaker } = scene;
  const model = trainChurnModel(readTrainingRows());
  await createChurnEndpoint({ s3, sagemaker, bucket: BUCKET, endpoint: ENDPOINT, model });
  const capture = { enabled: true, destination: `s3://${BUCKET}/captures`, samplingPercent: 50 };
  await changeCapture(ENDPOINT, capture, {});
  const checks = "  modelQuality: { every: P1D }\nlabels: { expectedWithin: PT1H }\n";
  await writeDefinition(ENDPOINT, definitionText({ endpoint: ENDPOINT, checks }));
  await waitFor("the monitor", async () => (await readStatus(ENDPOINT)) ?? undefined);

  const beganMillis = Date.now();
  await invokeAll();
  const files = Object.values(await readAll(BUCKET, `captures/${ENDPOINT}/`));
  const captured = files.join("").trim().split("\n").length;
  await waitFor("the captures to be counted", async () => {
    const hours = await readCapturedHours(ENDPOINT, 0);
    const count = hours.reduce((sum, { recordCount }) => sum + recordCount, 0);
    return count === captured ? count : undefined;
  });
  // Four standard deviations of a binomial around half.
  expect(Math.abs(captured - REQUESTS / 2)).toBeLessThan(4 * Math.sqrt(REQUESTS / 4));
  await postAllLabels();

  // Should midnight have passed meanwhile, there are two days to look at.
  const days = new Set([beganMillis, Date.now()].map((at) => Math.floor(at / DAY_MILLIS)));
  await planAt(scene, (Math.max(...days) + 1) * DAY_MILLIS + HOUR_MILLIS);
  const reports = await waitFor("the report", async () => {
    const found = await readReports();
    return found.length >= days.size ? found : undefined;
  });
  const sum = (name: "invocationCount" | "recordCount" | "labelledCount" | "unmatchedLabelCount") =>
    reports.reduce((total, { result }) => total + (result.coverage[name] ?? 0), 0);
  expect(sum("invocationCount")).toBe(REQUESTS);
  expect(sum("recordCount")).toBe(captured);
  expect(sum("labelledCount")).toBe(captured);
  expect(sum("unmatchedLabelCount")).toBe(REQUESTS - captured);
  for (const { result, page } of reports) {
    const { recordCount, invocationCount, capturedFraction } = result.coverage;
    if (invocationCount === null) continue;
    expect(capturedFraction).toBe(recordCount / invocationCount);
    const rowsOfPage = page.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
    expect(rowsOfPage).toContain(`invocations ${invocationCount} that the endpoint counted itself`);
    expect(rowsOfPage).toMatch(new RegExp(`captured requests ${recordCount} [\\d.]+ % of the`));
  }
});
