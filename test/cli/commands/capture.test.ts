import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  BUCKET,
  createEndpoint,
  openSimulatedAccount,
  type SimulatedAccount,
} from "../../local/simulated-account.ts";

const cli = fileURLToPath(new URL("../../../cli/plumbline.js", import.meta.url));
const destination = `s3://${BUCKET}/captures`;

let account: SimulatedAccount;
beforeAll(async () => {
  account = await openSimulatedAccount({ transitionMillis: 50 });
  await createEndpoint(account, "churn");
});
afterAll(() => account.close());

/** Another address than that of the local account names this account's simulator. */
async function plumbline(...args: string[]) {
  const url = account.simulator.url;
  const run = promisify(execFile);
  try {
    const { stdout, stderr } = await run(process.execPath, [cli, ...args, "--endpoint-url", url]);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

describe("plumbline capture", () => {
  it("shows, enables and disables", async () => {
    const before = await plumbline("capture", "show", "churn");
    expect(before).toMatchObject({ code: 0, stderr: "" });
    expect(before.stdout).toBe(
      "Capture of churn is off\n" +
        "  endpoint         InService, configuration churn\n" +
        "! Nothing is captured: no check of this endpoint can run.\n",
    );
    const enabled = await plumbline(
      ...["capture", "enable", "churn", "--destination", `${destination}/`],
      ...["--sampling", "50", "--modes", "output", "--json-types", "application/json"],
    );
    expect(enabled.code).toBe(0);
    expect(enabled.stdout.split("\n")).toEqual([
      "Capture of churn is on (changed)",
      expect.stringMatching(
        /^ {2}endpoint {9}InService, configuration churn-capture-[0-9a-f]{10}$/,
      ),
      `  destination      ${destination}/churn/<variant>/yyyy/mm/dd/hh/`,
      "  sampling         50 %",
      "  modes            output",
      "  CSV types        text/csv",
      "  JSON types       application/json",
      expect.stringMatching(/^! Inputs are not captured: no drift of features/),
      expect.stringMatching(/^! 50 % of the requests are captured/),
      "",
    ]);
    const disabled = await plumbline("capture", "disable", "churn", "--json");
    expect(JSON.parse(disabled.stdout)).toMatchObject({
      endpoint: "churn",
      changed: true,
      inForce: true,
      settings: { enabled: false, samplingPercent: 50, modes: ["Output"] },
    });
  });

  it.each([
    {
      why: "an unknown endpoint",
      args: ["enable", "nobody", "--destination", destination],
      message: 'plumbline: endpoint "nobody": not found: there is none of this name in the account',
    },
    {
      why: "a sampling that cannot be",
      args: ["enable", "churn", "--sampling", "101"],
      message: "plumbline: capture sampling: 101: must be a whole percentage from 1 to 100",
    },
    {
      why: "a mode that does not exist",
      args: ["enable", "churn", "--modes", "inputs"],
      message: "must be input, output or input,output.",
    },
  ])("refuses $why with a message and exit code 1", async ({ args, message }) => {
    const refused = await plumbline("capture", ...args);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toBe("");
    expect(refused.stderr).toContain(message);
    expect(refused.stderr).not.toContain("    at ");
  });
});
