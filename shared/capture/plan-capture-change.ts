import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { EndpointDescription } from "../contracts/endpoint-progress.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { isS3Uri } from "../contracts/s3-uri.ts";
import {
  type CaptureSettings,
  dataCaptureConfig,
  dataCaptureConfigOf,
  settingsOf,
  showsCapture,
} from "./capture-settings.ts";

/** DescribeEndpointConfig: all of it is copied, little of it is read. */
export const endpointConfigDescription = z.looseObject({
  EndpointConfigName: z.string(),
  ProductionVariants: z.array(
    z.looseObject({ VariantName: z.string(), ServerlessConfig: z.optional(z.looseObject({})) }),
  ),
  DataCaptureConfig: z.optional(dataCaptureConfig),
});

export type EndpointConfigDescription = z.infer<typeof endpointConfigDescription>;

/** What is asked for; of what is not named, the endpoint keeps its own, or takes the default. */
export type CaptureRequest =
  | { readonly enabled: false }
  | ({ readonly enabled: true } & Partial<Omit<CaptureSettings, "enabled">>);

export type CapturePlan =
  | { readonly kind: "unchanged"; readonly settings: CaptureSettings | null }
  | {
      readonly kind: "change";
      readonly settings: CaptureSettings;
      readonly configName: string;
      /** CreateEndpointConfig without the name: the present configuration but for its capture. */
      readonly content: Readonly<Record<string, unknown>>;
    };

const DEFAULTS = {
  samplingPercent: 100,
  modes: ["Input", "Output"],
  csvContentTypes: ["text/csv"],
  jsonContentTypes: ["application/json", "application/jsonlines"],
} as const;

const NAME_LENGTH_MAX = 63;
const HASH_LENGTH = 10;

/** A description's own facts, and what the plan replaces. */
const NOT_COPIED = new Set([
  "EndpointConfigName",
  "EndpointConfigArn",
  "CreationTime",
  "DataCaptureConfig",
  "$metadata",
]);

/**
 * Capture cannot be switched on a live endpoint, only by a new configuration: the present one with
 * another DataCaptureConfig. Its name is made of its content, so that a repeated plan finds what an
 * interrupted one has left.
 *
 * @throws MonitoringError when the endpoint cannot be changed, or the request cannot be met
 */
export function planCaptureChange(
  endpoint: EndpointDescription,
  config: EndpointConfigDescription,
  request: CaptureRequest,
): CapturePlan {
  refuseUnchangeable(endpoint, config, request);
  const present = config.DataCaptureConfig ? settingsOf(config.DataCaptureConfig) : null;
  if (!request.enabled && present === null && endpoint.DataCaptureConfig === undefined) {
    return { kind: "unchanged", settings: null };
  }
  const settings = requestedSettings(endpoint, present, request);
  if (isSame(settings, present) && showsCapture(endpoint, settings)) {
    return { kind: "unchanged", settings };
  }
  const copied = Object.entries(config).filter(([key]) => !NOT_COPIED.has(key));
  const content = {
    ...Object.fromEntries(copied),
    DataCaptureConfig: dataCaptureConfigOf(settings),
  };
  return { kind: "change", settings, configName: nameOf(endpoint, config, content), content };
}

function refuseUnchangeable(
  { EndpointName: name, EndpointStatus: status, ProductionVariants = [] }: EndpointDescription,
  config: EndpointConfigDescription,
  { enabled }: CaptureRequest,
): void {
  const serverless =
    config.ProductionVariants.find(({ ServerlessConfig }) => ServerlessConfig !== undefined) ??
    ProductionVariants.find(({ CurrentServerlessConfig }) => CurrentServerlessConfig !== undefined);
  if (serverless !== undefined && enabled) {
    throw new MonitoringError(
      "capture-unsupported",
      `capture of endpoint "${name}": variant "${serverless.VariantName}" is serverless: ` +
        "SageMaker captures nothing of serverless variants",
      { details: { endpoint: name } },
    );
  }
  if (status === "InService") return;
  const rule =
    status === "SystemUpdating"
      ? "AWS maintains it and takes no update meanwhile; try again later"
      : "only an endpoint that is InService can be changed";
  throw new MonitoringError(
    "endpoint-not-in-service",
    `capture of endpoint "${name}": status ${status}: ${rule}`,
    { details: { endpoint: name, status } },
  );
}

function requestedSettings(
  endpoint: EndpointDescription,
  present: CaptureSettings | null,
  request: CaptureRequest,
): CaptureSettings {
  const shown = endpoint.DataCaptureConfig;
  const destination =
    (request.enabled ? request.destination : undefined) ??
    present?.destination ??
    shown?.DestinationS3Uri;
  if (destination === undefined) {
    throw new MonitoringError(
      "capture-destination-missing",
      `capture of endpoint "${endpoint.EndpointName}": no destination: it has none yet, so one ` +
        "must be given, as --destination s3://bucket/prefix",
    );
  }
  if (request.enabled && !isS3Uri(destination)) {
    throw new MonitoringError(
      "capture-destination-invalid",
      `capture destination: "${destination}": must be s3://bucket/prefix`,
    );
  }
  const settings = { ...DEFAULTS, ...present, ...request, destination };
  if (request.enabled) requireSampling(settings.samplingPercent);
  if (settings.modes.length === 0) {
    throw new MonitoringError(
      "capture-modes-missing",
      "capture modes: none: at least one of input and output",
    );
  }
  return settings;
}

function requireSampling(percent: number): void {
  if (Number.isInteger(percent) && percent >= 1 && percent <= 100) return;
  throw new MonitoringError(
    "capture-sampling-invalid",
    `capture sampling: ${percent}: must be a whole percentage from 1 to 100`,
  );
}

function isSame(settings: CaptureSettings, present: CaptureSettings | null): boolean {
  return present !== null && canonicalJson(settings) === canonicalJson(present);
}

/**
 * `{endpoint}-capture-{hash}`. When the endpoint has the very configuration but does not do what it
 * says (an update retained the old capture), a second name is needed: an update must change it.
 */
function nameOf(endpoint: EndpointDescription, config: EndpointConfigDescription, content: object) {
  const prefix = endpoint.EndpointName.slice(0, NAME_LENGTH_MAX - HASH_LENGTH - 9);
  const named = (hashed: unknown) => {
    const hash = createHash("sha256").update(canonicalJson(hashed)).digest("hex");
    return `${prefix.replace(/-+$/, "")}-capture-${hash.slice(0, HASH_LENGTH)}`;
  };
  const name = named(content);
  return name === config.EndpointConfigName ? named([content, name]) : name;
}

/** JSON with sorted keys: the same value, the same text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
