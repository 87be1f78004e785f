/** A line of data capture whose model answered with a probability that its row decides. */
export function captureLine(given: { id: string; millis: number; row: number }): string {
  const payload = (data: string, mode: "INPUT" | "OUTPUT") => ({
    observedContentType: "text/csv",
    mode,
    data,
    encoding: "CSV",
  });
  const record = {
    captureData: {
      endpointInput: payload("1,2", "INPUT"),
      endpointOutput: payload(String(((given.row * 37) % 100) / 100), "OUTPUT"),
    },
    eventMetadata: {
      eventId: `event-of-${given.id}`,
      inferenceId: given.id,
      inferenceTime: new Date(given.millis).toISOString().replace(".000Z", "Z"),
    },
    eventVersion: "0",
  };
  return `${JSON.stringify(record)}\n`;
}

/** A quality baseline that constrains two metrics. */
export const QUALITY_BASELINE_TEXT = `{
  "version" : 0.0,
  "binary_classification_constraints" : {
    "accuracy" : { "threshold" : 0.9, "comparison_operator" : "LessThanThreshold" },
    "auc" : { "threshold" : 0.9, "comparison_operator" : "LessThanThreshold" }
  }
}`;
