import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Chromium of the system, or the one that CHROMIUM_PATH names. Without one the tests fail. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? PLACES.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      `browser: none of ${PLACES.join(", ")} is there: install chromium or set CHROMIUM_PATH`,
    );
  }
  // The sandbox needs a user of its own, which a container's root is not.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
