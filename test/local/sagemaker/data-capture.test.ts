import { type Dimension, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import type { DataCaptureConfig } from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator } from "../../../local/sagemaker/simulator.ts";
import {
  BUCKET,
  type CapturedRecord,
  createEndpoint,
  openSimulatedAccount,
  readCaptures,
  type SimulatedAccount,
} from "../simulated-account.ts";

let account: SimulatedAccount;
beforeAll(async () => {
  account = await openSimulatedAccount({ transitionMillis: 50 });
});
afterAll(() => account.close());

async function createCapturing(name: string, changes: Partial<DataCaptureConfig> = {}) {
  await createEndpoint(account, name, {
    DataCaptureConfig: {
      EnableCapture: true,
      InitialSamplingPercentage: 100,
      DestinationS3Uri: `s3://${BUCKET}/captures/`,
      CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
      CaptureContentTypeHeader: {
        CsvContentTypes: ["text/csv"],
        JsonContentTypes: ["application/json"],
      },
      ...changes,
    },
  });
}

const csvRow = () => account.training.rows[0]!.values.join(",");

async function invokeAt(
  EndpointName: string,
  time: string,
  input: { body?: string; InferenceId?: string; CustomAttributes?: string; Accept?: string } = {},
) {
  const { body = csvRow(), ...rest } = input;
  const command = new InvokeEndpointCommand({
    EndpointName,
    ContentType: "text/csv",
    Body: Buffer.from(body),
    ...rest,
  });
  command.middlewareStack.add(
    (next) => (call) => {
      const { headers } = call.request as { headers: Record<string, string> };
      headers["x-plumbline-inference-time"] = time;
      return next(call);
    },
    { step: "build" },
  );
  return await account.runtime.send(command);
}

async function captured(endpoint: string) {
  await account.admin("flush");
  const files = await readCaptures(account, `captures/${endpoint}/`);
  return { files, records: [...files.values()].flat() };
}

describe("a capture record", () => {
  it("holds both bodies word for word, the ids and the time, as SageMaker writes it", async () => {
    await createCapturing("whole");
    const input = { body: `${csvRow()}\n`, InferenceId: "95", CustomAttributes: "k=v" };
    const { Body } = await invokeAt("whole", "2026-01-15T10:21:48.871Z", input);
    const { files, records } = await captured("whole");
    expect(records).toEqual([
      {
        captureData: {
          endpointInput: {
            observedContentType: "text/csv",
            mode: "INPUT",
            data: input.body,
            encoding: "CSV",
          },
          endpointOutput: {
            observedContentType: "text/csv; charset=utf-8",
            mode: "OUTPUT",
            data: Buffer.from(Body!).toString("utf8"),
            encoding: "CSV",
          },
        },
        eventMetadata: {
          eventId: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
          inferenceId: "95",
          customAttributes: ["k=v"],
          inferenceTime: "2026-01-15T10:21:48Z",
        },
        eventVersion: "0",
      },
    ] satisfies CapturedRecord[]);
    expect([...files.keys()]).toEqual([
      expect.stringMatching(
        /^captures\/whole\/AllTraffic\/2026\/01\/15\/10\/21-48-871-[0-9a-f-]{36}\.jsonl$/,
      ),
    ]);
  });

  it("leaves out what was not sent, and the mode that is not configured", async () => {
    await createCapturing("input-only", { CaptureOptions: [{ CaptureMode: "Input" }] });
    await invokeAt("input-only", "2026-01-15T10:00:00Z");
    const [record] = (await captured("input-only")).records;
    expect(Object.keys(record!.captureData)).toEqual(["endpointInput"]);
    expect(Object.keys(record!.eventMetadata)).toEqual(["eventId", "inferenceTime"]);
  });

  it("has each body in the encoding of its own content type", async () => {
    await createCapturing("mixed");
    await invokeAt("mixed", "2026-01-15T10:00:00Z", { Accept: "application/json" });
    await invokeAt("mixed", "2026-01-15T10:00:01Z", { Accept: "application/jsonlines" });
    const { records } = await captured("mixed");
    const outputs = records.map(({ captureData }) => captureData.endpointOutput!);
    expect(records[0]!.captureData.endpointInput!.encoding).toBe("CSV");
    expect(outputs.map(({ encoding }) => encoding)).toEqual(["JSON", "BASE64"]);
    const decoded = Buffer.from(outputs[1]!.data, "base64").toString("utf8");
    expect(JSON.parse(decoded)).toEqual(JSON.parse(outputs[0]!.data));
  });

  it("is BASE64 when the configuration lists no content types", async () => {
    await createEndpoint(account, "unlisted", {
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 100,
        DestinationS3Uri: `s3://${BUCKET}/captures`,
        CaptureOptions: [{ CaptureMode: "Input" }],
      },
    });
    await invokeAt("unlisted", "2026-01-15T10:00:00Z");
    const { endpointInput } = (await captured("unlisted")).records[0]!.captureData;
    expect(endpointInput).toMatchObject({ encoding: "BASE64" });
  });

  it("is not written of a request that the model refused", async () => {
    await createCapturing("refused");
    await expect(invokeAt("refused", "2026-01-15T10:00:00Z", { body: "1" })).rejects.toThrow();
    expect((await captured("refused")).records).toEqual([]);
  });
});

describe("capture files", () => {
  it("hold a minute of inference time each, whenever it was sent", async () => {
    await createCapturing("minutes");
    const times = ["11:00:59", "10:59:59", "11:00:01", "11:01:00", "10:59:58"];
    for (const time of times) await invokeAt("minutes", `2026-01-15T${time}Z`);
    const { files } = await captured("minutes");
    const timesOf = (records: readonly CapturedRecord[]) =>
      records.map(({ eventMetadata }) => eventMetadata.inferenceTime.slice(11, 19));
    const byFile = [...files].map(([key, records]) => [
      key.replace(/^.*AllTraffic\/(.*)-[0-9a-f-]{36}\.jsonl$/, "$1"),
      timesOf(records),
    ]);
    expect(Object.fromEntries(byFile)).toEqual({
      "2026/01/15/10/59-58-000": ["10:59:58", "10:59:59"],
      "2026/01/15/11/00-01-000": ["11:00:01", "11:00:59"],
      "2026/01/15/11/01-00-000": ["11:01:00"],
    });
  });

  it("hold about the share of requests that is to be sampled", async () => {
    await createCapturing("sampled", { InitialSamplingPercentage: 25 });
    for (let i = 0; i < 300; i++) await invokeAt("sampled", "2026-01-15T10:00:00Z");
    const { records } = await captured("sampled");
    // Five standard deviations of sqrt(300 · 0.25 · 0.75) = 7.5.
    expect(Math.abs(records.length - 75)).toBeLessThan(38);
  });

  it("that are held are written when the simulator stops", async () => {
    await createCapturing("stopped");
    const { awsEndpointUrl, dataFolder } = account;
    const other = await startSimulator({ port: 0, dataFolder, awsEndpointUrl });
    const headers = {
      "content-type": "text/csv",
      "x-plumbline-inference-time": "2026-01-15T10:00:00Z",
    };
    const url = `${other.url}/endpoints/stopped/invocations`;
    expect((await fetch(url, { method: "POST", headers, body: csvRow() })).status).toBe(200);
    await other.stop();
    expect((await captured("stopped")).records).toHaveLength(1);
  });

  it("are not written while capture is off", async () => {
    await createCapturing("off", { EnableCapture: false });
    await invokeAt("off", "2026-01-15T10:00:00Z");
    expect((await captured("off")).records).toEqual([]);
  });
});

describe("the endpoint's metrics", () => {
  const statistics = async (MetricName: string, endpoint: string) => {
    const Dimensions: Dimension[] = [
      { Name: "EndpointName", Value: endpoint },
      { Name: "VariantName", Value: "AllTraffic" },
    ];
    const { Datapoints = [] } = await account.cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/SageMaker",
        MetricName,
        Dimensions,
        StartTime: new Date(Date.now() - 300_000),
        EndTime: new Date(Date.now() + 60_000),
        Period: 3600,
        Statistics: ["Sum", "SampleCount", "Minimum"],
      }),
    );
    return {
      sum: Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0),
      count: Datapoints.reduce((total, { SampleCount = 0 }) => total + SampleCount, 0),
      unit: Datapoints[0]?.Unit,
      minimum: Math.min(...Datapoints.map(({ Minimum = 0 }) => Minimum)),
    };
  };

  it("count requests and errors, and measure latency in microseconds", async () => {
    await createCapturing("measured");
    for (let i = 0; i < 3; i++) await invokeAt("measured", "2026-01-15T10:00:00Z");
    await expect(invokeAt("measured", "2026-01-15T10:00:00Z", { body: "1" })).rejects.toThrow();
    await account.admin("faults", { failedInvocationCount: 1 });
    await expect(invokeAt("measured", "2026-01-15T10:00:00Z")).rejects.toThrow();
    await account.admin("flush");
    expect(await statistics("Invocations", "measured")).toMatchObject({ sum: 5, count: 5 });
    expect(await statistics("Invocation4XXErrors", "measured")).toMatchObject({ sum: 1, count: 5 });
    expect(await statistics("Invocation5XXErrors", "measured")).toMatchObject({ sum: 1, count: 5 });
    for (const name of ["ModelLatency", "OverheadLatency"]) {
      const latency = await statistics(name, "measured");
      expect(latency).toMatchObject({ count: 5, unit: "Microseconds" });
      // Whole seconds for one row would mean that the unit is wrong.
      expect(latency.minimum).toBeGreaterThanOrEqual(0);
      expect(latency.sum).toBeLessThan(5e6);
    }
  });
});
