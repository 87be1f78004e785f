import { afterEach, describe, expect, it, vi } from "vitest";
import {
  adoptStageVariables,
  isEndpointOverridden,
  stageCount,
  stageText,
} from "../../../shared/aws/stage.ts";

afterEach(() => vi.unstubAllEnvs());

describe("the stage's variables", () => {
  it("say which one is missing", () => {
    vi.stubEnv("PLUMBLINE_BUCKET", "");
    expect(() => stageText("bucket")).toThrow("environment variable PLUMBLINE_BUCKET: not set");
  });

  it("refuse what is no number", () => {
    vi.stubEnv("PLUMBLINE_WATERMARK_MINUTES", "20");
    expect(stageCount("watermarkMinutes")).toBe(20);
    vi.stubEnv("PLUMBLINE_WATERMARK_MINUTES", "-1");
    expect(() => stageCount("watermarkMinutes")).toThrow('"-1": must be a whole number');
  });

  it("are taken over from a deployed function, and nothing else is", () => {
    vi.stubEnv("PLUMBLINE_TABLE", "before");
    vi.stubEnv("NODE_OPTIONS", "before");
    adoptStageVariables({ PLUMBLINE_TABLE: "deployed", NODE_OPTIONS: "--inspect" });
    expect(stageText("table")).toBe("deployed");
    expect(process.env.NODE_OPTIONS).toBe("before");
  });

  it("know an address that is not AWS's", () => {
    vi.stubEnv("AWS_ENDPOINT_URL_S3", undefined);
    vi.stubEnv("AWS_ENDPOINT_URL", "");
    expect(isEndpointOverridden()).toBe(false);
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
    expect(isEndpointOverridden()).toBe(true);
  });
});
