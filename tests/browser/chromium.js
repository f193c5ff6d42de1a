// Where Chromium is, as the system has it.
import { existsSync } from "node:fs";

const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export function chromiumPath() {
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error("Chromium is missing. Install the package chromium, or set CHROMIUM to its path.");
  return found;
}
