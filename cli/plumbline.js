#!/usr/bin/env node
// The sources are TypeScript, which Node 24 runs as they are. An older Node starts the project's
// own Node 24 (an exact platform package in node_modules) on this same file.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const KERNEL = new URL("../shared/capture/kernel.generated.ts", import.meta.url);

if (Number.parseInt(process.versions.node, 10) >= 24) {
  // A fresh clone has not compiled the scan kernel yet.
  if (!existsSync(KERNEL)) await import("../shared/capture/kernel/build.mjs");
  const { main } = await import("./main.ts");
  await main(process.argv);
} else {
  startWithOwnNode();
}

function startWithOwnNode() {
  const windows = process.platform === "win32";
  const bin = new URL(`../node_modules/.bin/node${windows ? ".cmd" : ""}`, import.meta.url);
  const node = fileURLToPath(bin);
  if (!existsSync(node)) {
    const version = process.versions.node;
    process.stderr.write(`plumbline: Node ${version}: Node 24 is needed: run "npm ci" once\n`);
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    shell: windows,
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("exit", (code, signal) => {
    if (signal === null) process.exitCode = code ?? 1;
    else process.exitCode = signal === "SIGINT" ? 130 : 143;
  });
}
