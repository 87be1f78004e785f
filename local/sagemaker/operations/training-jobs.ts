import type {
  CreateTrainingJobCommandInput,
  DescribeTrainingJobCommandInput,
  StopTrainingJobCommandInput,
} from "@aws-sdk/client-sagemaker";
import { arnOf, epochSeconds, type Operation, type SimulatorContext } from "../context.ts";
import { beginJob } from "../jobs/advance-jobs.ts";
import { isOver, phaseOf, replanned } from "../jobs/job.ts";
import { type StoredTrainingJob, trainingJobView, trainingSeconds } from "../jobs/training-job.ts";
import { type TrainingFault, trainingTimeline } from "../jobs/training-timeline.ts";
import { trainingJobs } from "../jobs/training-work.ts";
import { ServiceError, validationException } from "../service-error.ts";
import { requireName } from "../validation.ts";
import { tagOnCreation } from "./tags.ts";
import { requireTrainingJob } from "./training-job-rules.ts";

export const trainingJobOperations: Readonly<Record<string, Operation>> = {
  CreateTrainingJob: createTrainingJob,
  DescribeTrainingJob: describeTrainingJob,
  StopTrainingJob: stopTrainingJob,
};

export function createTrainingJob(
  context: SimulatorContext,
  input: CreateTrainingJobCommandInput,
): { TrainingJobArn: string } {
  const name = requireName(input.TrainingJobName, "trainingJobName");
  requireTrainingJob(input);
  const arn = arnOf(context, "training-job", name);
  if (context.state.hasResource(arn)) throw jobExists(arn);
  const { Tags = [], TrainingJobName: _, ...content } = input;
  const creationMillis = context.now();
  const fault = strikingFault(context, name, input.EnableManagedSpotTraining ?? false);
  const phases = trainingTimeline({
    startMillis: creationMillis,
    durationMillis: context.durations.values.trainingMillis,
    maxRuntimeMillis: (input.StoppingCondition?.MaxRuntimeInSeconds ?? 86_400) * 1000,
    ...(fault === undefined ? {} : { fault }),
  });
  const completes = phases.at(-1)?.status === "Completed";
  const defects = completes ? defectsToBe(context, name) : undefined;
  const job = {
    ...{ name, arn, creationMillis, phases, position: 0, input: content, tags: Tags },
    ...(defects === undefined ? {} : { defects }),
  };
  tagOnCreation(context, arn, Tags);
  beginJob(context, trainingJobs, job);
  return { TrainingJobArn: arn };
}

function strikingFault(
  { faults }: SimulatorContext,
  name: string,
  spot: boolean,
): TrainingFault | undefined {
  if (spot && faults.strikes("unavailableSpotCount", name)) return "no-spot";
  if (spot && faults.strikes("interruptedSpotCount", name)) return "interrupted";
  if (faults.strikes("capacityErrorCount", name)) return "no-capacity";
  return faults.strikes("failedTrainingCount", name) ? "failed" : undefined;
}

/** What will be wrong with the model, when the faults have it so. */
function defectsToBe({ faults }: SimulatorContext, name: string): StoredTrainingJob["defects"] {
  const { addedLatencyMillis, errorFraction, answersBeforeErrors } = faults.settingsOf(name);
  const labelsFlipped = faults.strikes("worseTrainingCount", name);
  const behaviour = {
    addedLatencyMillis: faults.strikes("slowTrainingCount", name) ? addedLatencyMillis : 0,
    ...(faults.strikes("erroringTrainingCount", name)
      ? { errorFraction, answersBeforeErrors }
      : { errorFraction: 0, answersBeforeErrors: 0 }),
    otherSchema: faults.strikes("otherSchemaTrainingCount", name),
  };
  const isSound = !labelsFlipped && Object.values(behaviour).every((value) => !value);
  return isSound ? undefined : { labelsFlipped, behaviour };
}

export function jobExists(arn: string): ServiceError {
  return new ServiceError(
    "ResourceInUse",
    "Job name must be unique within an AWS account and region, " +
      `and a job with this name already exists (${arn})`,
  );
}

function describeTrainingJob(
  context: SimulatorContext,
  input: DescribeTrainingJobCommandInput,
): object {
  const job = findTrainingJob(context, input.TrainingJobName);
  const { startMillis, endMillis, modifiedMillis, transitions, ...shown } = trainingJobView(job);
  const seconds = trainingSeconds(job);
  return {
    ...job.input,
    ...shown,
    TrainingJobName: job.name,
    TrainingJobArn: job.arn,
    CreationTime: epochSeconds(job.creationMillis),
    LastModifiedTime: epochSeconds(modifiedMillis),
    ...(startMillis === undefined ? {} : { TrainingStartTime: epochSeconds(startMillis) }),
    ...(endMillis === undefined
      ? {}
      : {
          TrainingEndTime: epochSeconds(endMillis),
          TrainingTimeInSeconds: seconds.whole,
          BillableTimeInSeconds: seconds.billable,
        }),
    SecondaryStatusTransitions: transitions.map((transition) => ({
      Status: transition.status,
      StartTime: epochSeconds(transition.fromMillis),
      ...(transition.untilMillis === undefined
        ? {}
        : { EndTime: epochSeconds(transition.untilMillis) }),
      StatusMessage: transition.message,
    })),
  };
}

export function stopTrainingJob(
  context: SimulatorContext,
  input: StopTrainingJobCommandInput,
): object {
  const job = findTrainingJob(context, input.TrainingJobName);
  const { status } = phaseOf(job);
  if (isOver(job)) {
    throw validationException(
      `The request was rejected because the training job is in status ${status}.`,
    );
  }
  if (status === "Stopping") return {};
  const millis = context.now();
  const phase = { secondary: "Stopping", message: "Stopping the training job" };
  const stopped = { secondary: "Stopped", message: "Training job stopped" };
  const untilMillis = millis + context.durations.values.trainingMillis * STOPPING_SHARE;
  const future = [
    { ...phase, status: "Stopping", fromMillis: millis },
    { ...stopped, status: "Stopped", fromMillis: untilMillis },
  ] as const;
  context.state.trainingJobs.set(job.name, replanned(job, future));
  return {};
}

/** Of a whole job's duration. */
const STOPPING_SHARE = 0.1;

function findTrainingJob(context: SimulatorContext, value: unknown): StoredTrainingJob {
  const name = requireName(value, "trainingJobName");
  // Names are told apart whatever their case, as the ARNs in the steps of a pipeline have them.
  const arn = arnOf(context, "training-job", name);
  const job = [...context.state.trainingJobs.values()].find((one) => one.arn === arn);
  if (job === undefined) throw validationException("Requested resource not found.");
  return job;
}
