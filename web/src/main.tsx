import "./styles/app.css";

// The shell in index.html is on the screen before the app is fetched and run: neither its bytes nor its work stand
// between a person and the first paint. A page in the background is not painted and need not wait.
function afterPaint(run: () => void): void {
  if (document.visibilityState === "hidden") run();
  else requestAnimationFrame(() => setTimeout(run));
}

afterPaint(() => void import("./start"));
