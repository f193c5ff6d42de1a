import "./styles/app.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

// Text is readable in the system's font; ours follow when nothing else waits.
const later = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 1));
later(() => void import("./styles/fonts.css"));

// The shell stands without a network; nothing of a cluster is kept. Only where the browser trusts the connection.
if (import.meta.env.PROD)
  later(() => void navigator.serviceWorker?.register("/sw.js").catch(() => undefined));
