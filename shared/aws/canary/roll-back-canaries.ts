import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { RollBackOccasion } from "../../contracts/self-healing/roll-back-occasion.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import { logError } from "../handlers.ts";
import { describeExecution } from "../self-healing/executions.ts";
import { findRun, listUnendedRuns, readRun } from "../self-healing/runs.ts";
import {
  type AdvancedRestoration,
  advanceRestorations,
  requestRestorations,
} from "./restore-version.ts";
import { advanceRollBack, type RollBackState } from "./roll-back.ts";
import { listRollBacks, type RollBackRequest, requestRollBack } from "./roll-back-requests.ts";

/** How one roll back stands. */
export interface AdvancedRollBack {
  readonly run: string;
  readonly state: RollBackState;
}

/** Takes the next step of every roll back and restoration that an occasion is about. */
export async function rollBackCanaries(
  occasion: RollBackOccasion,
): Promise<(AdvancedRollBack | AdvancedRestoration)[]> {
  const { at } = occasion;
  switch (occasion.kind) {
    case "asked": {
      const { run, reason, taskToken } = occasion;
      const { endpoint } = await readRun(run);
      const token = taskToken === undefined ? {} : { taskToken };
      const asked = await requestRollBack({ run, endpoint, reason, since: at, ...token });
      return await advanceEach([asked], at);
    }
    case "broke-off": {
      const record = await findRun(occasion.run);
      const request = record && (await requestIfBrokenOff(record, at));
      return request ? await advanceEach([request], at) : [];
    }
    case "rejected": {
      const { modelPackageArn } = occasion;
      await requestRestorations(modelPackageArn, at);
      const restorations = await advanceRestorations(at);
      return [
        ...restorations,
        ...(await advanceEach(await requestRejected(modelPackageArn, at), at)),
      ];
    }
    case "changed": {
      const { endpoint } = occasion;
      const requests = (await listRollBacks()).filter((request) => request.endpoint === endpoint);
      return [...(await advanceRestorations(at, endpoint)), ...(await advanceEach(requests, at))];
    }
    case "due": {
      for (const record of await readUnended()) await requestIfBrokenOff(record, at);
      const requests = await listRollBacks();
      return [...(await advanceRestorations(at)), ...(await advanceEach(requests, at))];
    }
  }
}

async function readUnended(): Promise<RunRecord[]> {
  const records = await Promise.all((await listUnendedRuns()).map(({ run }) => findRun(run)));
  return records.filter((record) => record !== null);
}

/** Without a candidate there is nothing to roll back: then the sweep of runs ends it by itself. */
async function requestIfBrokenOff(
  record: RunRecord,
  since: string,
): Promise<RollBackRequest | null> {
  const { run, endpoint, candidate, ended } = record;
  if (candidate === undefined || ended !== undefined) return null;
  const execution = await describeExecution(run);
  if (execution === null || execution.status === "RUNNING") return null;
  const reason = `the run's execution is ${execution.status}: ${execution.reason}`;
  return await requestRollBack({ run, endpoint, reason, since });
}

/** A version that is rejected while it is a canary: its run is still on the list of unended ones. */
async function requestRejected(modelPackageArn: string, since: string): Promise<RollBackRequest[]> {
  const requests: RollBackRequest[] = [];
  for (const record of await readUnended()) {
    const { run, endpoint, candidate } = record;
    if (record.modelPackageArn !== modelPackageArn || candidate === undefined) continue;
    const reason = `${modelPackageArn} was rejected in the registry`;
    requests.push(await requestRollBack({ run, endpoint, reason, since }));
  }
  return requests;
}

/**
 * One that fails keeps no other from going on.
 *
 * @throws MonitoringError `roll-backs-failed`, so that the whole is tried again
 */
async function advanceEach(
  requests: readonly RollBackRequest[],
  at: string,
): Promise<AdvancedRollBack[]> {
  const advanced: AdvancedRollBack[] = [];
  const failed: string[] = [];
  for (const request of requests) {
    const { run } = request;
    try {
      advanced.push({ run, state: await advanceRollBack(request, at) });
    } catch (error) {
      logError(error);
      failed.push(run);
    }
  }
  if (failed.length === 0) return advanced;
  throw new MonitoringError("roll-backs-failed", `roll backs: ${failed}: must all go on`);
}
