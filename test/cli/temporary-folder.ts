import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A folder that is removed when the tests of this file end. */
export async function keptFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-test-"));
  afterAll(() => rm(folder, { recursive: true }));
  return folder;
}
