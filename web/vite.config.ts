import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { type Plugin, runnerImport } from "vite";
import { defineConfig } from "vitest/config";

const server = "http://127.0.0.1:7420";

const alias = { "@": fileURLToPath(new URL("./src", import.meta.url)) };

type Words = Record<string, string | ((part: string) => string)>;

/** The words of the shell in index.html come from the messages too: {{chat.send}}. */
function shellWords(): Plugin {
  const words = async (place: string): Promise<string> => {
    const [room = "", name = ""] = place.split(".");
    const file = `./src/messages/${room}.ts`;
    const { module } = await runnerImport<Record<string, Words>>(file, { resolve: { alias } });
    const word = module[room]?.[name];
    if (word === undefined)
      throw new Error(`index.html asks for ${place}; src/messages/${room}.ts has no such words.`);
    return typeof word === "string" ? word : word("");
  };
  return {
    name: "shell-words",
    transformIndexHtml: {
      order: "pre",
      async handler(html) {
        const places = new Set([...html.matchAll(/\{\{([\w.]+)\}\}/g)].map(([, place = ""]) => place));
        let whole = html;
        for (const place of places) whole = whole.replaceAll(`{{${place}}}`, await words(place));
        return whole;
      },
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), shellWords()],
  resolve: { alias },
  build: {
    target: ["chrome125", "firefox128", "safari17.5"],
    manifest: true,
    // Under the strict CSP nothing may be inlined as a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What every page needs, in one file; left alone it is cut into crumbs that compress worse.
        codeSplitting: {
          groups: [
            {
              name: "base",
              test: /node_modules[\\/](react|react-dom|scheduler|zustand|clsx|openapi-fetch|@tanstack)[\\/]|src[\\/](api|lib)[\\/](client|errors|router|ui-store)/,
            },
            {
              name: "shell",
              test: /createLucideIcon|src[\\/](messages[\\/](app|chat|common|components|plural)|components[\\/](badge|button|error-notice|kbd|level-badge|search-field|skeleton)|lib[\\/](pages|states|use-where)|features[\\/]chat[\\/]api[\\/](cache|change-session))\./,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": { target: server, ws: true } } },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/test/setup.ts"],
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 60_000,
  },
});
