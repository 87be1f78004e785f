import { gunzipSync } from "node:zlib";
import type { Channel } from "@aws-sdk/client-sagemaker";
import { packModel } from "../../logistic-regression/artefact.ts";
import { trainLogisticRegression } from "../../logistic-regression/train.ts";
import { readTrainingSet, type TrainingFile } from "../../logistic-regression/training-set.ts";
import type { SimulatorContext } from "../context.ts";
import { trainingJobEvent } from "../events/job-events.ts";
import { BEHAVIOUR_FILE } from "../serving/behaviour.ts";
import { mediaTypeOf } from "../serving/media-type.ts";
import { repositoryOf } from "../serving/model-servers.ts";
import type { JobKind } from "./advance-jobs.ts";
import type { S3Write } from "./background-work.ts";
import { listInputObjects, readInputObject } from "./input-objects.ts";
import { algorithmError, clientError } from "./job-failure.ts";
import { artefactPlaceOf, type StoredTrainingJob } from "./training-job.ts";

/** Training jobs really train: on what lies in the account's S3, with the job's hyperparameters. */
export const trainingJobs: JobKind<StoredTrainingJob> = {
  jobs: (state) => state.trainingJobs,
  run: train,
  eventOf: (_, job) => trainingJobEvent(job),
};

/** The image that the simulator can train with; the same serves the model. */
const IMAGE = "plumbline/logistic-regression";
const PENALTY_DEFAULT = "1";

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  csv: "text/csv",
  jsonl: "application/jsonlines",
  parquet: "application/x-parquet",
};

async function train(
  context: SimulatorContext,
  job: StoredTrainingJob,
): Promise<readonly S3Write[]> {
  const image = job.input.AlgorithmSpecification?.TrainingImage ?? "";
  if (repositoryOf(image) !== IMAGE) {
    throw clientError(`Cannot pull image "${image}": the simulator trains with ${IMAGE}`);
  }
  const files: TrainingFile[] = [];
  for (const channel of job.input.InputDataConfig ?? []) {
    const read = await readChannel(context, channel);
    if (isTrainingChannel(channel)) files.push(...read);
  }
  const body = await trainedArtefact(job, files);
  return [{ ...artefactPlaceOf(job), body, contentType: "application/x-tar" }];
}

async function trainedArtefact(job: StoredTrainingJob, files: readonly TrainingFile[]) {
  const {
    penalty = PENALTY_DEFAULT,
    label_column: labelColumn = "label",
    features,
  } = job.input.HyperParameters ?? {};
  try {
    if (!(Number(penalty) > 0)) {
      throw new RangeError(`hyperparameter penalty: "${penalty}": must be a number above 0`);
    }
    const set = await readTrainingSet(files, {
      labelColumn,
      ...(features === undefined ? {} : { features: features.split(",") }),
    });
    const labels = job.defects?.labelsFlipped ? set.labels.map((label) => 1 - label) : set.labels;
    const model = trainLogisticRegression({ ...set, labels }, Number(penalty));
    const { behaviour } = job.defects ?? {};
    return await packModel(model, behaviour === undefined ? {} : { [BEHAVIOUR_FILE]: behaviour });
  } catch (cause) {
    throw algorithmError(cause);
  }
}

/** Any channel but those that serve to test what was trained. */
function isTrainingChannel({ ChannelName }: Channel): boolean {
  return !/^(?:validation|test|eval)/.test(ChannelName ?? "");
}

async function readChannel({ s3 }: SimulatorContext, channel: Channel): Promise<TrainingFile[]> {
  const objects = await listInputObjects(s3, channel.DataSource?.S3DataSource ?? {});
  const files: TrainingFile[] = [];
  for (const object of objects) {
    const stored = await readInputObject(s3, object);
    const body = channel.CompressionType === "Gzip" ? gunzipSync(stored) : stored;
    files.push({ name: object.key, mediaType: mediaTypeIn(channel, object.key), body });
  }
  return files;
}

function mediaTypeIn({ ContentType }: Channel, key: string): string {
  if (ContentType !== undefined) return mediaTypeOf(ContentType);
  const extension = /\.(\w+)(?:\.gz)?$/.exec(key)?.[1] ?? "";
  return MEDIA_TYPES[extension] ?? "text/csv";
}
