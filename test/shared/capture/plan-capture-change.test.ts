import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CaptureSettings,
  dataCaptureConfigOf,
  lostByCapture,
  settingsOf,
} from "../../../shared/capture/capture-settings.ts";
import {
  type EndpointConfigDescription,
  planCaptureChange,
} from "../../../shared/capture/plan-capture-change.ts";
import type { EndpointDescription } from "../../../shared/contracts/endpoint-progress.ts";

const settings: CaptureSettings = {
  enabled: true,
  destination: "s3://bucket/captures",
  samplingPercent: 100,
  modes: ["Input", "Output"],
  csvContentTypes: ["text/csv"],
  jsonContentTypes: ["application/json", "application/jsonlines"],
};

const endpoint = (changes: Partial<EndpointDescription> = {}): EndpointDescription => ({
  EndpointName: "churn",
  EndpointStatus: "InService",
  EndpointConfigName: "churn-initial",
  LastModifiedTime: new Date(0),
  ...changes,
});

const config = (changes: Partial<EndpointConfigDescription> = {}): EndpointConfigDescription => ({
  EndpointConfigName: "churn-initial",
  ProductionVariants: [{ VariantName: "AllTraffic", ModelName: "churn" }],
  ...changes,
});

const shown = (of: CaptureSettings) => ({
  EnableCapture: of.enabled,
  CaptureStatus: of.enabled ? "Started" : "Stopped",
  CurrentSamplingPercentage: of.samplingPercent,
  DestinationS3Uri: of.destination,
});

const enable = { enabled: true, destination: settings.destination } as const;

/** A plan that changes something; the test fails when there is nothing to change. */
function changing(...args: Parameters<typeof planCaptureChange>) {
  const plan = planCaptureChange(...args);
  if (plan.kind !== "change") throw new Error("the plan changes nothing");
  return plan;
}

describe("planCaptureChange", () => {
  it("captures everything, with both modes, unless told otherwise", () => {
    const plan = changing(endpoint(), config(), enable);
    expect(plan.settings).toEqual(settings);
    expect(plan.content).toEqual({
      ProductionVariants: [{ VariantName: "AllTraffic", ModelName: "churn" }],
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 100,
        DestinationS3Uri: "s3://bucket/captures",
        CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
        CaptureContentTypeHeader: {
          CsvContentTypes: ["text/csv"],
          JsonContentTypes: ["application/json", "application/jsonlines"],
        },
      },
    });
    expect(plan.configName).toMatch(/^churn-capture-[0-9a-f]{10}$/);
  });

  it("copies variants, and whatever else the configuration holds, word for word", () => {
    const variant = fc
      .record({ VariantName: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), extra: fc.object() })
      .map(({ VariantName, extra: { ServerlessConfig: _, ...extra } }) => ({
        ...extra,
        VariantName,
      }));
    const configs = fc.record({
      variants: fc.array(variant, { minLength: 1, maxLength: 10 }),
      rest: fc.object(),
    });
    fc.assert(
      fc.property(configs, fc.integer({ min: 1, max: 100 }), ({ variants, rest }, percent) => {
        const { DataCaptureConfig: _, CreationTime: __, ...more } = rest;
        const described = {
          ...more,
          ...config({ ProductionVariants: variants }),
          EndpointConfigArn: "arn",
          CreationTime: new Date(0),
          $metadata: {},
        };
        const before = structuredClone(described);
        const plan = changing(endpoint(), described, { ...enable, samplingPercent: percent });
        const { DataCaptureConfig, ...copied } = plan.content;
        const { EndpointConfigName, EndpointConfigArn, CreationTime, $metadata, ...expected } =
          before;
        expect(copied).toEqual(expected);
        expect(described).toEqual(before);
        expect(DataCaptureConfig).toMatchObject({ InitialSamplingPercentage: percent });
        expect(plan.configName).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
      }),
    );
  });

  it("names the same content the same, whatever the order of its keys, and other content otherwise", () => {
    const one = config({ ProductionVariants: [{ VariantName: "a", ModelName: "m" }] });
    const other = config({ ProductionVariants: [{ ModelName: "m", VariantName: "a" }] });
    const nameOf = (...args: Parameters<typeof planCaptureChange>) => changing(...args).configName;
    const name = nameOf(endpoint(), one, enable);
    expect(nameOf(endpoint(), other, enable)).toBe(name);
    expect(nameOf(endpoint(), one, { ...enable, samplingPercent: 50 })).not.toBe(name);
    const long = endpoint({ EndpointName: "e".repeat(63) });
    expect(nameOf(long, one, enable)).toMatch(/^e{44}-capture-[0-9a-f]{10}$/);
  });

  it("keeps what the endpoint has and the request does not name", () => {
    const present = { ...settings, samplingPercent: 20, jsonContentTypes: [], kmsKeyId: "key" };
    const described = config({ DataCaptureConfig: dataCaptureConfigOf(present) });
    const plan = changing(endpoint({ DataCaptureConfig: shown(present) }), described, {
      enabled: true,
      modes: ["Output"],
    });
    expect(plan.settings).toEqual({ ...present, modes: ["Output"] });
    const off = changing(endpoint({ DataCaptureConfig: shown(present) }), described, {
      enabled: false,
    });
    expect(off.settings).toEqual({ ...present, enabled: false });
  });

  it("changes nothing when the endpoint does already what is asked", () => {
    const described = config({ DataCaptureConfig: dataCaptureConfigOf(settings) });
    const showing = endpoint({ DataCaptureConfig: shown(settings) });
    const plan = planCaptureChange(showing, described, enable);
    expect(plan).toEqual({ kind: "unchanged", settings });
    expect(planCaptureChange(endpoint(), config(), { enabled: false })).toEqual({
      kind: "unchanged",
      settings: null,
    });
  });

  it("changes an endpoint whose configuration says what it does not do, under a new name", () => {
    const first = changing(endpoint(), config(), enable);
    const described = config({
      ...first.content,
      EndpointConfigName: first.configName,
    });
    const trapped = endpoint({ EndpointConfigName: first.configName });
    const again = changing(trapped, described, enable);
    expect(again.content).toEqual(first.content);
    expect(again.configName).not.toBe(first.configName);
  });

  const serverless = { VariantName: "AllTraffic", ServerlessConfig: {} };
  it.each([
    {
      why: "variant is serverless",
      code: "capture-unsupported",
      args: [endpoint(), config({ ProductionVariants: [serverless] }), enable],
      message: /variant "AllTraffic" is serverless/,
    },
    {
      why: "endpoint is being updated",
      code: "endpoint-not-in-service",
      args: [endpoint({ EndpointStatus: "Updating" }), config(), enable],
      message: /status Updating: only an endpoint that is InService/,
    },
    {
      why: "endpoint is under maintenance",
      code: "endpoint-not-in-service",
      args: [endpoint({ EndpointStatus: "SystemUpdating" }), config(), enable],
      message: /AWS maintains it.*try again later/,
    },
    {
      why: "destination is unknown",
      code: "capture-destination-missing",
      args: [endpoint(), config(), { enabled: true }],
      message: /--destination/,
    },
    {
      why: "destination is no S3 URI",
      code: "capture-destination-invalid",
      args: [endpoint(), config(), { enabled: true, destination: "bucket/captures" }],
      message: /"bucket\/captures": must be s3:/,
    },
    ...[0, 101, 0.5, Number.NaN].map((samplingPercent) => ({
      why: `sampling is ${samplingPercent}`,
      code: "capture-sampling-invalid",
      args: [endpoint(), config(), { ...enable, samplingPercent }],
      message: /whole percentage from 1 to 100/,
    })),
    {
      why: "no mode is left",
      code: "capture-modes-missing",
      args: [endpoint(), config(), { ...enable, modes: [] }],
      message: /at least one of input and output/,
    },
  ] as const)("refuses when $why", ({ code, args, message }) => {
    const plan = () => planCaptureChange(...(args as Parameters<typeof planCaptureChange>));
    expect(plan).toThrow(expect.objectContaining({ name: "MonitoringError", code }));
    expect(plan).toThrow(message);
  });
});

describe("capture settings", () => {
  it("are what they were after a way through SageMaker's form", () => {
    const types = fc.uniqueArray(fc.constantFrom("text/csv", "a/b", "c/d"));
    const any = fc.record({
      enabled: fc.boolean(),
      destination: fc.constant("s3://bucket/x"),
      samplingPercent: fc.integer({ min: 1, max: 100 }),
      modes: fc.constantFrom(["Input"], ["Output"], ["Input", "Output"]),
      csvContentTypes: types,
      jsonContentTypes: types,
    });
    fc.assert(
      fc.property(any, (some) => {
        const round = settingsOf(dataCaptureConfigOf(some as CaptureSettings));
        expect(round).toEqual(some);
      }),
    );
  });

  it("say what is lost, and nothing when nothing is", () => {
    expect(lostByCapture(settings)).toEqual([]);
    expect(lostByCapture({ ...settings, modes: ["Input"] })).toEqual([
      expect.stringMatching(/no drift of predictions, and no model quality/),
    ]);
    expect(lostByCapture({ ...settings, modes: ["Output"] })).toEqual([
      expect.stringMatching(/no drift of features, no attribution/),
    ]);
    expect(lostByCapture({ ...settings, samplingPercent: 20 })).toEqual([
      expect.stringMatching(/^20 % of the requests/),
    ]);
    expect(lostByCapture({ ...settings, csvContentTypes: [], jsonContentTypes: [] })).toEqual([
      expect.stringMatching(/BASE64/),
    ]);
    expect(lostByCapture({ ...settings, enabled: false })).toEqual([
      expect.stringMatching(/no check of this endpoint can run/),
    ]);
  });
});
