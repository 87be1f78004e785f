import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Data flows one way: a folder imports from those before it, and from itself. */
const CORE_ORDER = [
  "contracts",
  "stats",
  "sketch",
  "capture",
  "profile",
  "window",
  "drift",
  "labels",
  "quality",
  "bias",
  "attribution",
  "diagnosis",
  "alarm",
  "training",
  "retrain",
  "evaluate",
  "registry",
  "approval",
  "canary",
  "rollback",
  "report",
];

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.endsWith(".generated.ts") && !path.includes("node_modules"));

/** Programs that Node runs as they are. */
const scripts = (): string[] =>
  ["cli", "docs", "functions", "local", "shared", "test"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.m?js$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );

const text = (path: string): string => readFileSync(join(root, path), "utf8");

const IMPORT =
  /^(?:import|export)\s(?:[^;"']*?\sfrom\s)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

/** What a file imports, types included: a layer is crossed by a type as well. */
const importsOf = (path: string): string[] =>
  [...text(path).matchAll(IMPORT)].map(([, fixed, dynamic]) => (fixed ?? dynamic)!);

const folderOf = (path: string): string => path.split("/")[1]!;

const coreFiles = CORE_ORDER.filter((folder) => existsSync(join(root, "shared", folder)))
  .flatMap((folder) => sources(`shared/${folder}`))
  .filter((path) => !path.includes("/assembly/"));
const allFiles = ["functions", "shared", "cli", "local", "bench", "test"].flatMap(sources);

describe("the core", () => {
  it("is all of shared but the AWS calls", () => {
    const folders = readdirSync(join(root, "shared"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .filter((name) => existsSync(join(root, "shared", name)) && sources(`shared/${name}`).length);
    expect([...folders].sort()).toEqual(
      [...CORE_ORDER.filter((f) => folders.includes(f)), "aws"].sort(),
    );
  });

  it("imports only from its left", () => {
    const wrong = coreFiles.flatMap((path) =>
      importsOf(path)
        .filter((name) => name.startsWith("."))
        .map((name) => relative(root, join(root, path, "..", name)))
        .filter((target) => {
          const from = CORE_ORDER.indexOf(folderOf(path));
          const to = target.startsWith("shared/") ? CORE_ORDER.indexOf(folderOf(target)) : -1;
          return to === -1 || to > from;
        })
        .map((target) => `${path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("knows no AWS, clock, randomness, environment, console or file system", () => {
    const forbidden = new RegExp(
      [
        "@aws-",
        "@middy",
        "node:(?:fs|child_process|http|https|net|os|process|timers)",
        String.raw`\b(?:process|console)\.`,
        String.raw`\bnew Date\(\)`,
        String.raw`\b(?:Date\.now|Math\.random|crypto\.randomUUID|performance\.now)\b`,
      ].join("|"),
    );
    const wrong = coreFiles
      .map((path) => ({ path, found: forbidden.exec(withoutComments(text(path)))?.[0] }))
      .filter(({ found }) => found !== undefined);
    expect(wrong).toEqual([]);
  });
});

describe("the shell", () => {
  it("calls AWS in shared/aws alone", () => {
    const wrong = allFiles
      .filter((path) => !/^(?:shared\/aws|local|test|bench)\//.test(path))
      .filter((path) => importsOf(path).some((name) => name.startsWith("@aws-sdk/")));
    expect(wrong).toEqual([]);
  });

  it("has one folder a function: code, configuration and sample events", () => {
    const folders = (path: string) =>
      readdirSync(join(root, path), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort();
    const functions = folders("functions");
    expect(functions.length).toBeGreaterThan(0);
    expect(folders("events")).toEqual(functions);
    const { functions: deployed } = parse(text("serverless.yml"));
    expect(Object.keys(Object.assign({}, ...[deployed].flat())).sort()).toEqual(functions);
    for (const name of functions) {
      expect(readdirSync(join(root, "functions", name)).sort()).toEqual([
        "function.yml",
        "handler.ts",
      ]);
      expect(readdirSync(join(root, "events", name)).length).toBeGreaterThan(0);
    }
  });
});

describe("sizes", () => {
  const LIMITS: readonly [RegExp, number][] = [
    [/^functions\/.*handler\.ts$/, 60],
    [/^shared\/(?:stats|sketch)\//, 150],
    [/^test\//, 300],
    [/./, 250],
  ];
  const limitOf = (path: string): number => LIMITS.find(([pattern]) => pattern.test(path))![1];

  it("no file is longer than its kind allows", () => {
    const wrong = allFiles
      .filter((path) => !path.includes("/assembly/"))
      .map((path) => ({ path, lines: text(path).trimEnd().split("\n").length }))
      .filter(({ path, lines }) => lines > limitOf(path));
    expect(wrong).toEqual([]);
  });

  it("no line is wider than 110 columns, where code is broken at 100", () => {
    const wrong = allFiles.flatMap((path) =>
      text(path)
        .split("\n")
        .flatMap((line, index) => (line.length > 110 ? [`${path}:${index + 1}`] : [])),
    );
    expect(wrong).toEqual([]);
  });
});

describe("docstrings", () => {
  it("stand at every function that stats, sketch and drift export", () => {
    const bare = ["stats", "sketch", "drift"]
      .flatMap((folder) => sources(`shared/${folder}`))
      .flatMap((path) =>
        [...text(path).matchAll(/(?<!\*\/\n)^export (?:async )?function (\w+)/gm)].map(
          ([, name]) => `${path}: ${name}`,
        ),
      );
    expect(bare).toEqual([]);
  });
});

describe("dependencies", () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(text("package.json"));
  const imported = new Set(
    [...allFiles, ...sources("docs"), ...scripts()]
      .flatMap((path) => importsOf(path).filter((name) => !/^(?:\.|node:)/.test(name)))
      .map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/")),
  );

  it("are all listed", () => {
    const listed = Object.keys({ ...dependencies, ...devDependencies });
    const known = new Set(listed.flatMap((name) => [name, name.replace("@types/", "")]));
    expect([...imported].filter((name) => !known.has(name))).toEqual([]);
  });

  it("have exact versions", () => {
    const versions = Object.values({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
    });
    expect(
      versions.filter((version) => !/^(?:npm:\w+@)?\d+\.\d+\.\d+$/.test(String(version))),
    ).toEqual([]);
  });
});

describe("documents", () => {
  const DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "shared/README.md"];

  it("name only files and folders that are there", () => {
    const absent = DOCUMENTS.flatMap((path) =>
      [
        ...text(path).matchAll(
          /\]\((?!https?:)([^)#]+)\)|`((?:shared|test|local|cli|functions|docs)\/[^`*{]+)`/g,
        ),
      ]
        .map(([, link, name]) =>
          link === undefined ? join(root, name!) : join(root, path, "..", link),
        )
        .filter((target) => !existsSync(target))
        .map((target) => `${path}: ${relative(root, target)}`),
    );
    expect(absent).toEqual([]);
  });
});

describe("names", () => {
  it("no folder or file is called after nothing", () => {
    const wrong = allFiles.filter((path) =>
      path.split("/").some((part) => /^(?:utils?|helpers?|common|lib|misc)(?:\.ts)?$/.test(part)),
    );
    expect(wrong).toEqual([]);
  });
});

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
}
