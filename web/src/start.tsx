import { StrictMode, startTransition } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { fetchFonts } from "./lib/fonts";

const root = document.getElementById("root");
if (root) {
  const app = (
    <StrictMode>
      <App />
    </StrictMode>
  );
  // After the task that ran the code, and not urgent, so in slices: keys and scrolling come between them.
  setTimeout(() => startTransition(() => createRoot(root).render(app)));
}

const later = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 1));
later(() => void fetchFonts());

// The shell stands without a network; nothing of a cluster is kept. Only where the browser trusts the connection.
if (import.meta.env.PROD)
  later(() => void navigator.serviceWorker?.register("/sw.js").catch(() => undefined));
