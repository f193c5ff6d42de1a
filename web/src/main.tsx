import "./styles/app.css";

/** A page that is not painted, in the background for one, need not wait longer than this. */
const UNPAINTED = 300;

// The shell in index.html is on the screen before the app is fetched and run: neither its bytes nor its work stand
// between a person and the first paint.
function afterPaint(run: () => void): void {
  let begun = false;
  const begin = () => {
    if (!begun) run();
    begun = true;
  };
  new PerformanceObserver(begin).observe({ type: "paint", buffered: true });
  setTimeout(begin, document.visibilityState === "hidden" ? 0 : UNPAINTED);
}

afterPaint(() => void import("./start"));
