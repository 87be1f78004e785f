import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const serverless = join(root, "node_modules", "serverless", "bin", "serverless.js");

/** Runs a command of stage `local` with an address of AWS, whatever .env.local says. */
async function refusal(command: string, address: string): Promise<string> {
  const args = [serverless, ...command.split(" "), "--stage=local"];
  const env = { PATH: process.env.PATH ?? "", AWS_ENDPOINT_URL: address };
  return promisify(execFile)(process.execPath, args, { cwd: root, env }).then(
    () => "",
    ({ stdout, stderr }) => stdout + stderr,
  );
}

describe("stage local", () => {
  it.each([
    ["deploy", "https://sagemaker.us-east-1.amazonaws.com"],
    ["remove", "an address"],
    ["invoke local --function=plan-checks --data={}", "http://127.0.0.1:9"],
  ])("is refused where the account is not on this machine, or not up: %s, %s", async (...args) => {
    const text = await refusal(...args);
    expect(text).toContain(`AWS_ENDPOINT_URL: "${args[1]}": stage local needs the account on this`);
    expect(text).not.toMatch(/^\s+at /m);
  });
});
