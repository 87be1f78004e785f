import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { zipOf } from "../../functions/zip.ts";
import { pythonPrograms } from "../../local/account/python.ts";
import { temporaryFolder } from "../cli/temporary-folder.ts";

const READ_ZIP = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([[entry.filename, hashlib.sha256(archive.read(entry)).hexdigest(),
                       oct(entry.external_attr >> 16), entry.date_time[0]] for entry in archive.infolist()]))
`;

it("is read by another program as it was written, and the same at any time", async () => {
  const entries = [
    { path: "dist/größer/index.js", contents: Buffer.from("export {};\n".repeat(10_000)) },
    { path: "empty", contents: Buffer.alloc(0) },
    { path: "random", contents: randomBytes(70_000) },
  ];
  const zip = zipOf(entries);
  expect(zip.length).toBeLessThan(75_000);
  const file = join(await temporaryFolder(), "entries.zip");
  await writeFile(file, zip);
  const python = join(await pythonPrograms("requirements.txt", () => {}), "python");
  const { stdout } = await promisify(execFile)(python, ["-c", READ_ZIP, file]);
  const digests = await Promise.all(
    entries.map(async ({ contents }) =>
      Buffer.from(await crypto.subtle.digest("SHA-256", contents)).toString("hex"),
    ),
  );
  expect(JSON.parse(stdout)).toEqual(
    entries.map(({ path }, index) => [path, digests[index], "0o100644", 1980]),
  );
  expect(zipOf(entries)).toEqual(zip);
});
