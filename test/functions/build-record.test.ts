import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { readBuild, writeBuild } from "../../functions/build-record.ts";
import { temporaryFolder } from "../cli/temporary-folder.ts";

const SOURCE = "functions/count/handler.ts";
const OUTPUT = "dist/count/index.js";
const BUILD = {
  sources: [SOURCE],
  outputs: [OUTPUT],
  bundles: [{ name: "count", sources: [SOURCE] }],
};
const later = () => Date.now() + 60_000;

let home: string;
beforeEach(async () => {
  home = await temporaryFolder();
  const builders = ["functions/build.ts", "functions/build-record.ts", "functions/zip.ts"];
  for (const path of [...builders, "package-lock.json", "tsconfig.json", SOURCE, OUTPUT]) {
    await write(path, "as it was");
  }
  await writeBuild({ ...BUILD, startMillis: later() }, home);
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
}

it("holds while all that was read and made is as it was", async () => {
  expect(await readBuild(home)).toEqual(BUILD.bundles);
  await write(SOURCE, "as it was");
  expect(await readBuild(home)).toEqual(BUILD.bundles);
});

it.each([SOURCE, OUTPUT, "package-lock.json", "tsconfig.json", "functions/build.ts"])(
  "does not hold once %s is another, or gone",
  async (path) => {
    await write(path, "other");
    expect(await readBuild(home)).toBeNull();
    await write(path, "as it was");
    expect(await readBuild(home)).toEqual(BUILD.bundles);
    await rm(join(home, path));
    expect(await readBuild(home)).toBeNull();
  },
);

it("is not made, nor an older one left, when a source changed while it was read", async () => {
  await writeBuild({ ...BUILD, startMillis: Date.now() - 10 }, home);
  expect(await readBuild(home)).toBeNull();
});

it("takes a broken record for none", async () => {
  await write("dist/.built", '{"files":');
  expect(await readBuild(home)).toBeNull();
});
