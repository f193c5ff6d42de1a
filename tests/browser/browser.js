import { chromium } from "playwright-core";
import { chromiumPath } from "./chromium.js";

/** Starts Chromium without a window. */
export function launch() {
  return chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}
