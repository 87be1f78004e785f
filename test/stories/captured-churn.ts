import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { createChurnEndpoint } from "../../local/churn/churn-endpoint.ts";
import { baselineCsv, trainChurnModel } from "../../local/churn/churn-model.ts";
import { numbersOf, readAllRows, readTrainingRows } from "../../local/churn/churn-rows.ts";
import { churnGenerator } from "../../local/churn/generate-rows.ts";
import { injectChanges, type UpstreamChange } from "../../local/churn/inject-change.ts";
import { type LogisticModel, predictProbability } from "../../local/logistic-regression/model.ts";
import { prepareBaseline } from "../../shared/aws/baselines.ts";
import { countCapture } from "../../shared/aws/captured-hours.ts";
import { objectIdOf } from "../../shared/aws/captures.ts";
import { countLabels } from "../../shared/aws/label-hours.ts";
import { writeObject } from "../../shared/aws/objects.ts";
import type { MonitorDefinition } from "../../shared/contracts/monitor-definition.ts";
import { groundTruthKey } from "../../shared/contracts/storage-keys.ts";
import { labelLine } from "../../shared/labels/label.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";

export const VARIANT = "AllTraffic";

export interface ChurnHistory {
  readonly bucket: string;
  readonly definition: MonitorDefinition;
  readonly fromMillis: number;
  readonly hours: number;
  readonly rowsPerHour: number;
  readonly changes?: readonly UpstreamChange[];
}

let champion: LogisticModel | undefined;

/** The same for all endpoints: training takes half a second. */
function championModel(): LogisticModel {
  champion ??= trainChurnModel(readTrainingRows());
  return champion;
}

/** An endpoint that serves the churn model, and its baseline. */
export async function openChurn(bucket: string, definition: MonitorDefinition): Promise<void> {
  const model = championModel();
  const { endpoint } = definition;
  const s3 = new S3Client({ forcePathStyle: true });
  await createChurnEndpoint({ s3, sagemaker: new SageMakerClient({}), bucket, endpoint, model });
  const key = `datasets/${endpoint}.csv`;
  await writeObject({ bucket, key }, baselineCsv(model, readTrainingRows()), "text/csv");
  await prepareBaseline(definition);
}

/** Hours of what its endpoint captured, and what became of the customers; both as they are stored. */
export async function writeHistory(history: ChurnHistory): Promise<void> {
  const { bucket, definition, fromMillis, hours, rowsPerHour, changes = [] } = history;
  const { endpoint } = definition;
  const training = readTrainingRows();
  const model = championModel();
  const nextRow = churnGenerator(readAllRows(), 7);
  for (let hour = 0; hour < hours; hour++) {
    const hourMillis = fromMillis + hour * HOUR_MILLIS;
    const lines: string[] = [];
    const labels: string[] = [];
    for (let index = 0; index < rowsPerHour; index++) {
      const row = injectChanges(nextRow(), training.features, changes);
      const id = `customer-${hour}-${index}`;
      const millis = hourMillis + Math.floor((index / rowsPerHour) * HOUR_MILLIS);
      const probability = predictProbability(model, numbersOf(row));
      lines.push(captureLine(id, millis, row.values.join(","), String(probability)));
      const data = String(row.label);
      labels.push(labelLine({ id, data, encoding: "CSV", labelMillis: millis + HOUR_MILLIS }));
    }
    const path = new Date(hourMillis)
      .toISOString()
      .slice(0, 13)
      .replace("T", "/")
      .replaceAll("-", "/");
    const key = `captures/${endpoint}/${VARIANT}/${path}/${hour}.jsonl`;
    const etag = await writeObject({ bucket, key }, lines.join(""), "application/jsonl");
    // The one that profile-capture counts it by, should it be profiled as well.
    const objectId = objectIdOf({ bucket, key }, etag);
    const share = { endpoint, variant: VARIANT, hourMillis, objectId };
    const source = { bucket, key, etag };
    await countCapture({ ...share, recordCount: rowsPerHour, source }, hourMillis);
    const arrivedMillis = hourMillis + HOUR_MILLIS;
    const truth = { bucket, key: groundTruthKey(endpoint, arrivedMillis, `${hour}`) };
    await writeObject(truth, `${labels.join("\n")}\n`, "application/jsonl");
    const counts = { acceptedCount: rowsPerHour, duplicateCount: 0, rejectedCount: 0 };
    await countLabels(endpoint, arrivedMillis, counts);
  }
}

function captureLine(inferenceId: string, millis: number, input: string, output: string): string {
  const payload = (data: string, mode: "INPUT" | "OUTPUT") => ({
    ...{ observedContentType: "text/csv", mode, data, encoding: "CSV" },
  });
  const inferenceTime = new Date(millis).toISOString();
  return `${JSON.stringify({
    captureData: {
      endpointInput: payload(input, "INPUT"),
      endpointOutput: payload(output, "OUTPUT"),
    },
    eventMetadata: { eventId: `event-of-${inferenceId}`, inferenceId, inferenceTime },
    eventVersion: "0",
  })}\n`;
}
