import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answers, isRunning } from "../../local/account/processes.ts";
import {
  type Account,
  adoptAccount,
  closeAccount,
  isAccountUp,
  openAccount,
  readAccountFile,
} from "../../local/account.ts";

const FIRST_START_MILLIS = 120_000;
const accountModule = fileURLToPath(new URL("../../local/account.ts", import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-account-"));
});
afterEach(async () => {
  const left = await readAccountFile(folder);
  if (left !== undefined) await closeAccount({ ...left, folder, started: true });
  await rm(folder, { recursive: true });
});

const isUp = async (account: Account) =>
  (await Promise.all(account.processes.map(isRunning))).every(Boolean);
const isDown = async (account: Account) =>
  !(await Promise.all(account.processes.map(isRunning))).some(Boolean);

/** Another process that opens the account, says so, and does what it is told next. */
async function openElsewhere(
  next: string,
): Promise<{ end: (signal: NodeJS.Signals) => Promise<void> }> {
  const code = `
    import { closeOnSignals, keepAccount, openAccount } from ${JSON.stringify(accountModule)};
    const account = await openAccount({ folder: ${JSON.stringify(folder)} });
    ${next}
    console.log("open");`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return {
    end: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}

describe("the local account", { timeout: FIRST_START_MILLIS }, () => {
  it("answers on loopback, is found by whoever opens it next, and closes with its opener", async () => {
    const account = await openAccount({ folder });
    expect(account).toMatchObject({ started: true, region: "us-east-1" });
    for (const url of [account.endpointUrl, account.sagemakerEndpointUrl]) {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(await answers(url)).toBe(true);
    }

    const again = await openAccount({ folder });
    expect(again).toEqual({ ...account, started: false });
    await closeAccount(again);
    expect(await isUp(account)).toBe(true);

    await closeAccount(account);
    expect(await isDown(account)).toBe(true);
    expect(await readAccountFile(folder)).toBeUndefined();
  });

  it("clears away what a killed run left, and starts anew", async () => {
    const elsewhere = await openElsewhere("setInterval(() => {}, 1e9);");
    const left = await openAccount({ folder });
    expect(left.started).toBe(false);
    await elsewhere.end("SIGKILL");
    expect(await isUp(left)).toBe(true);

    const said: string[] = [];
    const account = await openAccount({ folder, say: (line) => said.push(line) });
    expect(account.started).toBe(true);
    expect(account.endpointUrl).not.toBe(left.endpointUrl);
    expect(said).toEqual(["Stopping what an earlier run left behind …"]);
    expect(await isDown(left)).toBe(true);
    await closeAccount(account);
  });

  it("closes when its opener is told to stop", async () => {
    const elsewhere = await openElsewhere("closeOnSignals(account); setInterval(() => {}, 1e9);");
    const account = await openAccount({ folder });
    expect(await isAccountUp(account)).toBe(true);
    await elsewhere.end("SIGINT");
    expect(await isDown(account)).toBe(true);
    expect(await isAccountUp(account)).toBe(false);
    expect(await readAccountFile(folder)).toBeUndefined();
  });

  it("stays up when it is kept, and closes for whoever adopts it", async () => {
    const elsewhere = await openElsewhere("await keepAccount(account);");
    await elsewhere.end("SIGKILL");
    const kept = await openAccount({ folder });
    expect(kept.started).toBe(false);
    await closeAccount(kept);
    expect(await isUp(kept)).toBe(true);
    await closeAccount(await adoptAccount(kept));
    expect(await isDown(kept)).toBe(true);
  });

  it("is opened once by two at the same time", async () => {
    const [one, other] = await Promise.all([openAccount({ folder }), openAccount({ folder })]);
    expect(one.processes).toEqual(other.processes);
    expect([one.started, other.started].sort()).toEqual([false, true]);
    await closeAccount({ ...one, started: true });
  });

  it("starts when a part of it has died", async () => {
    const account = await openAccount({ folder });
    const simulator = account.processes.find(({ name }) => name === "SageMaker simulator")!;
    process.kill(simulator.pid, "SIGKILL");
    await expect.poll(() => isRunning(simulator)).toBe(false);
    const anew = await openAccount({ folder });
    expect(anew.started).toBe(true);
    expect(await isDown(account)).toBe(true);
    await closeAccount(anew);
  });

  it("never stops a process that only got the id of one of its own", async () => {
    const bystander = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1e9)"]);
    const stale = { name: "MiniStack", pid: bystander.pid!, commandLine: "ministack" };
    const address = {
      endpointUrl: "http://127.0.0.1:9",
      sagemakerEndpointUrl: "http://127.0.0.1:9",
    };
    const file = { ...address, region: "us-east-1", accountId: "000000000000", owner: null };
    await writeFile(join(folder, "account.json"), JSON.stringify({ ...file, processes: [stale] }));
    const account = await openAccount({ folder });
    expect(account.started).toBe(true);
    expect(bystander.exitCode).toBeNull();
    expect(process.kill(bystander.pid!, 0)).toBe(true);
    bystander.kill();
    await closeAccount(account);
  });

  it("starts over a file that was broken off", async () => {
    await writeFile(join(folder, "account.json"), '{ "endpointUrl": "http');
    const account = await openAccount({ folder });
    expect(account.started).toBe(true);
    expect(await readFile(join(folder, "account.json"), "utf8")).toContain(account.endpointUrl);
    await closeAccount(account);
  });

  it("alarms of an endpoint's own metric, and of no other's", async () => {
    const account = await openAccount({ folder });
    const client = new CloudWatchClient({
      endpoint: account.endpointUrl,
      region: account.region,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const metricOf = (endpoint: string) => ({
      MetricName: "Violated",
      Dimensions: [{ Name: "Endpoint", Value: endpoint }],
    });
    for (const endpoint of ["churn", "churn-2"]) {
      await client.send(
        new PutMetricAlarmCommand({
          AlarmName: endpoint,
          Namespace: "Plumbline",
          ...metricOf(endpoint),
          Statistic: "Maximum",
          Period: 60,
          EvaluationPeriods: 1,
          ComparisonOperator: "GreaterThanThreshold",
          Threshold: 0,
        }),
      );
    }
    const put = (endpoint: string, Value: number) =>
      client.send(
        new PutMetricDataCommand({
          Namespace: "Plumbline",
          MetricData: [{ ...metricOf(endpoint), Value }],
        }),
      );
    await put("churn", 1);
    await put("churn-2", 0);
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue])).toEqual([
      ["churn", "ALARM"],
      ["churn-2", "OK"],
    ]);
    await closeAccount(account);
  });

  it("counts the values of a metric that lie within bounds", async () => {
    const account = await openAccount({ folder });
    const client = new CloudWatchClient({
      endpoint: account.endpointUrl,
      region: account.region,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const Timestamp = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    const latency = { MetricName: "Latency", Timestamp };
    await client.send(
      new PutMetricDataCommand({
        Namespace: "Plumbline",
        MetricData: [{ ...latency, Values: [10, 20, 30], Counts: [5, 2, 1] }],
      }),
    );
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: Timestamp,
        EndTime: new Date(Timestamp.getTime() + 60_000),
        MetricDataQueries: ["TC(10:)", "TC(:20)", "TC(10:20)", "p50"].map((Stat, index) => ({
          Id: `m${index}`,
          MetricStat: {
            Metric: { Namespace: "Plumbline", MetricName: "Latency" },
            Period: 60,
            Stat,
          },
        })),
      }),
    );
    // As AWS says of TM(low:high): values at the lower bound are left out, those at the upper are in.
    expect(MetricDataResults.map(({ Values }) => Values)).toEqual([[3], [7], [2], [10]]);
    await closeAccount(account);
  });
});
