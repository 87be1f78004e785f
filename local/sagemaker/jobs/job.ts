/** One stretch of a job's life, from its instant to that of the next phase. */
export interface Phase {
  readonly status: "InProgress" | "Completed" | "Failed" | "Stopping" | "Stopped";
  /** `Downloading`, `MaxWaitTimeExceeded` …; of a transform job the same as its status. */
  readonly secondary: string;
  readonly message: string;
  readonly fromMillis: number;
  readonly failureReason?: string;
}

/** A job: what was asked for, the phases planned for it, and how far it has come. */
export interface StoredJob {
  readonly name: string;
  readonly arn: string;
  readonly creationMillis: number;
  readonly phases: readonly Phase[];
  /** Index of the phase in force. */
  readonly position: number;
}

export function phaseOf({ phases, position }: StoredJob): Phase {
  return phases[position]!;
}

/** The last phase is the only one in which nothing changes any more. */
export function isOver({ phases, position }: StoredJob): boolean {
  return position === phases.length - 1;
}

export function reachedPhases({ phases, position }: StoredJob): readonly Phase[] {
  return phases.slice(0, position + 1);
}

/** The job with another future than the one planned. */
export function replanned<J extends StoredJob>(job: J, future: readonly Phase[]): J {
  return { ...job, phases: [...reachedPhases(job), ...future] };
}
