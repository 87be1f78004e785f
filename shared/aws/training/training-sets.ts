import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { s3Uri } from "../../contracts/s3-uri.ts";
import { parseDataset, type TrainingDataset } from "../../contracts/self-healing/training-set.ts";
import { trainingKeys } from "../../contracts/storage-keys.ts";
import { readObject } from "../objects.ts";
import { stageText } from "../stage.ts";

/** @throws MonitoringError `training-set-absent` when prepare-training-set has not written it */
export async function readDataset(run: string): Promise<TrainingDataset> {
  const location = { bucket: stageText("bucket"), key: trainingKeys(run, "").dataset };
  const bytes = await readObject(location);
  if (bytes !== null) return parseDataset(new TextDecoder().decode(bytes));
  throw new MonitoringError(
    "training-set-absent",
    `training set: ${s3Uri(location)}: must have been prepared`,
  );
}
