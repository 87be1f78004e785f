import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutRuleCommand } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../functions/register-monitor/handler.ts";
import { publishMessage } from "../../shared/aws/messages.ts";
import { deleteDefinition, readStatus, writeDefinition } from "../../shared/aws/monitors.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { trainingCsv } from "./scattered-captures.ts";
import {
  batchOf,
  CONTEXT,
  freshStage,
  objectEvent,
  openQueue,
  openStage,
  putObject,
  readAll,
} from "./stage.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

const run = promisify(execFile);

let stage: Awaited<ReturnType<typeof openStage>>;
let bucket: string;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  bucket = await freshStage();
});

/** What S3 says of a definition that was written or deleted, as the function gets it. */
async function tell(endpoint: string, type = "Object Created"): Promise<void> {
  const event = objectEvent(type, bucket, { key: `monitors/${endpoint}.yml` });
  expect(await handler(batchOf(event), CONTEXT)).toEqual({ batchItemFailures: [] });
}

async function define(endpoint: string, more: string, every = "PT1H"): Promise<void> {
  await writeDefinition(endpoint, definitionText({ endpoint, more, every }));
  await tell(endpoint);
}

async function alarmsOf(endpoint: string): Promise<MetricAlarm[]> {
  const AlarmNamePrefix = `plumbline-${process.env.PLUMBLINE_STAGE}.${endpoint}.`;
  const command = new DescribeAlarmsCommand({ AlarmNamePrefix });
  return (await new CloudWatchClient({}).send(command)).MetricAlarms ?? [];
}

const kindsOf = (alarms: readonly MetricAlarm[]) =>
  alarms.map(({ AlarmName }) => AlarmName!.split(".")[2]).sort();

describe("register-monitor", () => {
  it("makes, changes and removes the alarms of an endpoint, and of no other", async () => {
    await define("churn", "");
    await define("churn-eu", "");
    await tell("churn");
    expect(kindsOf(await alarmsOf("churn"))).toEqual([
      "data-quality",
      "inconclusive",
      "not-run",
      "nothing-captured",
    ]);
    const topic = process.env.PLUMBLINE_ALARMS_TOPIC_ARN;
    expect((await alarmsOf("churn"))[0]).toMatchObject({
      AlarmActions: [topic],
      OKActions: [topic],
    });

    await define("churn", "", "P1D");
    const notRun = (await alarmsOf("churn")).find(
      ({ MetricName }) => MetricName === "ResultAgeSeconds",
    );
    expect(notRun).toMatchObject({
      Threshold: 86_400 + 7200 + 1200,
      TreatMissingData: "breaching",
    });

    await deleteDefinition("churn");
    await tell("churn", "Object Deleted");
    expect(await alarmsOf("churn")).toEqual([]);
    expect(await readStatus("churn")).toBeNull();
    expect(await alarmsOf("churn-eu")).toHaveLength(4);
    expect(await readStatus("churn-eu")).toMatchObject({ state: "active" });
  });

  it("keeps what is in force when a definition does not validate, and says why", async () => {
    const queue = await openQueue(`kept-${bucket}`);
    await define("churn", `notify: [${queue.arn}]\n`);
    await writeDefinition("churn", "endpoint: churn\nproblem: guessing\n");
    await tell("churn");
    expect(await readStatus("churn")).toMatchObject({
      state: "invalid",
      explanation: expect.stringContaining('monitors/churn.yml:2:10: problem: "guessing": must be'),
    });
    await define("other", "");
    expect(await alarmsOf("churn")).toHaveLength(4);
    await publishMessage({ endpoint: "churn", subject: "x", text: "still told" });
    expect(await queue.receive()).toEqual(["still told"]);
  });

  it("tells each address of its own endpoints, and nobody once it is listed no more", async () => {
    const team = await openQueue(`team-${bucket}`);
    const risk = await openQueue(`risk-${bucket}`);
    await define("churn", `notify: [${team.arn}]\n`);
    await define("fraud", `notify: [${risk.arn}, ${team.arn}]\n`);
    for (const endpoint of ["churn", "fraud", "other", "_stack"]) {
      await publishMessage({ endpoint, subject: "x", text: endpoint });
    }
    expect((await team.receive()).sort()).toEqual(["_stack", "churn", "fraud"]);
    expect((await risk.receive()).sort()).toEqual(["_stack", "fraud"]);

    await define("fraud", `notify: [${risk.arn}]\n`);
    await deleteDefinition("churn");
    await tell("churn", "Object Deleted");
    await publishMessage({ endpoint: "fraud", subject: "x", text: "again" });
    expect(await team.receive()).toEqual([]);
    expect(await risk.receive()).toEqual(["again"]);
  });

  it("refuses a file whose name is not its endpoint's, and ignores what is no definition", async () => {
    await writeDefinition("fraud", definitionText({ endpoint: "churn" }));
    await tell("fraud");
    expect(await readStatus("fraud")).toMatchObject({
      state: "invalid",
      explanation: 'monitors/fraud.yml: endpoint: "churn": must be the name of the file',
    });
    const event = objectEvent("Object Created", bucket, { key: "monitors/notes.txt" });
    expect(await handler(batchOf(event), CONTEXT)).toEqual({ batchItemFailures: [] });
  });

  it("refuses labels that may come after their captures have gone", async () => {
    const checks = "checks:\n  modelQuality: { every: P7D }\n  dataQuality:";
    const late = (within: string) =>
      definitionText({ capture: `s3://${bucket}/captures/churn` })
        .replace("checks:\n  dataQuality:", checks)
        .concat(`labels: { expectedWithin: ${within} }\n`);
    await writeDefinition("churn", late("P70D"));
    await tell("churn");
    expect(await readStatus("churn")).toMatchObject({
      state: "invalid",
      explanation:
        'monitors/churn.yml: labels.expectedWithin: "P70D": captures live 90 days, and until their ' +
        "last labels have come, corrections and retraining included, 91 are needed: " +
        "captureRetentionDays in the stage's parameters must be at least that",
    });
    await writeDefinition("churn", late("P69D"));
    await tell("churn");
    expect(await readStatus("churn")).toMatchObject({ state: "active" });
  });

  it("says of prefixes that the stage does not read which parameters to change", async () => {
    const detail = {
      bucket: { name: [bucket] },
      object: { key: [{ prefix: "captures/" }, { prefix: "truth/" }] },
    };
    for (const name of ["profile-capture", "import-labels"]) {
      const Name = `plumbline-${process.env.PLUMBLINE_STAGE}-${name}`;
      const EventPattern = JSON.stringify({ source: ["aws.s3"], detail });
      await new EventBridgeClient({}).send(new PutRuleCommand({ Name, EventPattern }));
    }
    const explanationWith = async (capture: string, prefix: string) => {
      const more = `labels: { prefix: "${prefix}" }\n`;
      await writeDefinition("churn", definitionText({ capture, more }));
      await tell("churn");
      return (await readStatus("churn"))?.explanation;
    };
    const read = await explanationWith(
      `s3://${bucket}/captures/churn`,
      `s3://${bucket}/truth/churn`,
    );
    expect(read).not.toContain("is not read");
    const unread = await explanationWith("s3://elsewhere/in", `s3://${bucket}/labels`);
    expect(unread).toContain(
      'capture: s3://elsewhere/in/ is not read: captureBuckets must hold "elsewhere", capturePrefixes ' +
        '{ prefix: "in/" } and captureObjects "arn:aws:s3:::elsewhere/in/*"',
    );
    expect(unread).toContain(
      `labels.prefix: s3://${bucket}/labels/ is not read: labelBuckets must hold "${bucket}"`,
    );
  });

  it("says what keeps a baseline from being used", async () => {
    await define("churn", "");
    const absent = "baselines/churn/v1/statistics.json: must be there";
    expect((await readStatus("churn"))?.explanation).toContain(absent);
    const baseline = `baseline: { dataset: s3://${bucket}/train.csv }`;
    const text = definitionText().replace(/^baseline: .*$/m, baseline);
    await writeDefinition("churn", text);
    await tell("churn");
    expect((await readStatus("churn"))?.explanation).toContain("train.csv: must be there");
    await putObject(bucket, "train.csv", 'a,b\n1,2\n"3,4\n');
    await tell("churn");
    expect((await readStatus("churn"))?.explanation).toContain("train.csv: line 3: invalid-csv");
  });

  it("makes the baseline that the command line makes of the same data set", async () => {
    const folder = await mkdtemp(join(tmpdir(), "plumbline-dataset-"));
    const csv = trainingCsv(3_000);
    await writeFile(join(folder, "train.csv"), csv);
    await putObject(bucket, "datasets/train.csv", csv);
    const dataset = `baseline: { dataset: s3://${bucket}/datasets/train.csv }`;
    await writeDefinition("churn", definitionText().replace(/^baseline: .*$/m, dataset));
    await tell("churn");
    const program = fileURLToPath(new URL("../../cli/plumbline.js", import.meta.url));
    const [data, out] = [join(folder, "train.csv"), join(folder, "out")];
    await run(process.execPath, [program, "baseline", data, "--out", out]);
    const deployed = await readAll(bucket, "baselines/churn/initial/");
    expect(Object.keys(deployed)).toHaveLength(2);
    for (const [key, text] of Object.entries(deployed)) {
      const name = key.slice(key.lastIndexOf("/") + 1);
      expect(text).toBe(await readFile(join(out, name), "latin1"));
    }
    await rm(folder, { recursive: true });
  });
});
