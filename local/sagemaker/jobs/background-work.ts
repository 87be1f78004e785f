import { INTERNAL_ERROR, JobFailure } from "./job-failure.ts";

/** An object that a job leaves in the account's S3 when it completes. */
export interface S3Write {
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array | string;
  readonly contentType: string;
}

export type Outcome = { readonly writes: readonly S3Write[] } | { readonly failureReason: string };

/**
 * What jobs compute while their phases pass. Lost when the process ends; a job that is then still
 * in progress begins anew, as one does whose instance was replaced.
 */
export class BackgroundWork {
  readonly #outcomes = new Map<string, Promise<Outcome>>();

  /** The outcome of the job's work, which is begun unless it has been. */
  outcome(arn: string, run: () => Promise<readonly S3Write[]>): Promise<Outcome> {
    const known = this.#outcomes.get(arn);
    if (known !== undefined) return known;
    const outcome = run().then((writes) => ({ writes }), failureOf);
    this.#outcomes.set(arn, outcome);
    return outcome;
  }

  forget(arn: string): void {
    this.#outcomes.delete(arn);
  }
}

function failureOf(error: unknown): Outcome {
  if (error instanceof JobFailure) return { failureReason: error.message };
  console.error("SageMaker simulator: a job ended by an error of ours:", error);
  return { failureReason: INTERNAL_ERROR };
}
