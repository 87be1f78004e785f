import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import packageFile from "../../package.json" with { type: "json" };
import { runPlumbline } from "./run-plumbline.ts";
import { temporaryFolder } from "./temporary-folder.ts";

describe("plumbline", () => {
  it("prints its version", async () => {
    expect(await runPlumbline(["--version"])).toEqual({
      code: 0,
      stdout: `${packageFile.version}\n`,
      stderr: "",
    });
  });

  it.each([[["--help"]], [["help"]]])("prints help with examples: %j", async (args) => {
    const { code, stdout, stderr } = await runPlumbline(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Exit codes: 0 passed, 2 violated, 3 inconclusive, 1 error.");
    expect(stdout).toMatch(/\$ plumbline check data-quality --baseline/);
    for (const command of ["baseline", "check", "capture"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    }
  });

  it("without a command prints help on stderr and fails", async () => {
    const { code, stdout, stderr } = await runPlumbline([]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("Usage: plumbline");
  });

  it.each([
    [["basline"], "plumbline: unknown command 'basline'\n(Did you mean baseline?)\n"],
    [
      ["baseline", "x.csv", "--uot", "y"],
      "plumbline: unknown option '--uot'\n(Did you mean --out?)\n",
    ],
    [["baseline", "x.csv"], "plumbline: required option '--out <folder>' not specified\n"],
    [
      ["monitors", "apply", "not-there.yml"],
      "plumbline: not-there.yml: cannot be read: there is no such file or folder\n",
    ],
    [["baseline"], "plumbline: missing required argument 'file'\n"],
    [
      ["check", "data-qualty"],
      "plumbline: unknown command 'data-qualty'\n(Did you mean data-quality?)\n",
    ],
  ])("says what is wrong with %j", async (args, message) => {
    expect(await runPlumbline(args)).toEqual({ code: 1, stdout: "", stderr: message });
  });

  it("says an error in one line, and the stack when asked", async () => {
    const args = ["baseline", "not-there.csv", "--out", "baseline"];
    const message = "plumbline: not-there.csv: cannot be read: there is no such file or folder\n";
    expect(await runPlumbline(args)).toEqual({ code: 1, stdout: "", stderr: message });
    const verbose = await runPlumbline(["--verbose", ...args]);
    expect(verbose).toMatchObject({ code: 1, stdout: "" });
    expect(verbose.stderr.startsWith(message)).toBe(true);
    expect(verbose.stderr).toMatch(/\n {4}at .*files\.ts/);
    expect(verbose.stderr).toContain("caused by: Error: ENOENT");
  });

  it("starts the project's own Node 24 when an older one started it", async () => {
    const preload = join(await temporaryFolder(), "old-node.cjs");
    await writeFile(
      preload,
      'Object.defineProperty(process, "versions", { value: { node: "20.20.2" } });\n',
    );
    const nodeArguments = ["--require", preload];
    expect(await runPlumbline(["--version"], { nodeArguments })).toEqual({
      code: 0,
      stdout: `${packageFile.version}\n`,
      stderr: "",
    });
    const failed = await runPlumbline(["basline"], { nodeArguments });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("Did you mean baseline?");
  });

  it("says that the local account is not up", async () => {
    const url = ["--endpoint-url", "http://127.0.0.1:9"];
    const { code, stdout, stderr } = await runPlumbline(["capture", "show", "churn", ...url]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(
      "plumbline: account: connect ECONNREFUSED 127.0.0.1:9: nothing answers there, is it up?\n",
    );
  });
});
