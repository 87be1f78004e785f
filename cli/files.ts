import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { InputFile } from "../shared/contracts/check-result.ts";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";

/** A file that was found below the path that the user gave. */
export interface FoundFile {
  readonly path: string;
  readonly byteCount: number;
}

/** What capture objects are called; batch transform adds `.out` to the name of its input. */
const CAPTURE_NAME = /\.(?:jsonl|out)(?:\.gz)?$/;

/**
 * The capture files at a path: the file itself whatever its name, or all below a folder, by path.
 *
 * @throws MonitoringError `file-unreadable`
 */
export async function listCaptureFiles(path: string): Promise<FoundFile[]> {
  const found = await statOf(path);
  if (found.isFile()) return [{ path, byteCount: found.size }];
  const names = await readdir(path, { recursive: true });
  const files: FoundFile[] = [];
  for (const name of names.filter((each) => CAPTURE_NAME.test(each)).sort()) {
    const entry = await statOf(join(path, name));
    if (entry.isFile()) files.push({ path: join(path, name), byteCount: entry.size });
  }
  return files;
}

export async function isFolder(path: string): Promise<boolean> {
  return (await statOf(path)).isDirectory();
}

/** A file's bytes as they come, and their hash once all have come. */
export function openFile(path: string, onBytes: (byteCount: number) => void = () => {}) {
  const hash = createHash("sha256");
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
        hash.update(chunk);
        onBytes(chunk.length);
        yield chunk;
      }
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }
  return {
    chunks: chunks(),
    inputFile: (): InputFile => ({ location: path, sha256: hash.copy().digest("hex") }),
  };
}

/** A small text file as a whole. @throws MonitoringError `file-unreadable` */
export async function readTextFile(path: string): Promise<{ text: string; file: InputFile }> {
  try {
    const bytes = await readFile(path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { text: bytes.toString("utf8"), file: { location: path, sha256 } };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Writes files by name into a folder, which is made when it is not there. */
export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of files) await writeFile(join(folder, name), text);
  } catch (cause) {
    throw new MonitoringError(
      "folder-unwritable",
      `${folder}: cannot be written: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): MonitoringError {
  return new MonitoringError("file-unreadable", `${path}: cannot be read: ${reasonOf(cause)}`, {
    cause,
    details: { path },
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "this user has no right to it",
  EPERM: "this user has no right to it",
  EISDIR: "it is a folder, and a file is needed",
  ENOTDIR: "a part of its path is a file, and a folder is needed",
  EEXIST: "a file stands where a folder is needed",
  ENOSPC: "the disk is full",
};

function reasonOf(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? (cause instanceof Error ? cause.message : String(cause));
}
