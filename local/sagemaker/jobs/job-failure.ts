const REASON_LENGTH_MAX = 1024;

/** Ends a job in Failed; its message is the FailureReason. */
export class JobFailure extends Error {
  override readonly name = "JobFailure";

  constructor(reason: string, options?: ErrorOptions) {
    super(reason.slice(0, REASON_LENGTH_MAX), options);
  }
}

/** What the caller gave is wrong: data that is not there, an image that cannot be pulled. */
export function clientError(reason: string, cause?: unknown): JobFailure {
  return new JobFailure(`ClientError: ${reason}`, { cause });
}

/** The container gave up. */
export function algorithmError(cause: unknown): JobFailure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new JobFailure(`AlgorithmError: ${reason}, exit code: 1`, { cause });
}

export const CAPACITY_ERROR =
  "CapacityError: Unable to provision requested ML compute capacity. " +
  "Please retry using a different ML instance type.";

export const INTERNAL_ERROR =
  "InternalServerError: We encountered an internal error.  Please try again.";

/** What SageMaker says of a batch transform, and no more. */
export const SEE_LOGS = "See job logs for more information";
