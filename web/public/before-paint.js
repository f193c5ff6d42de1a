// Runs before the first paint, so that what this browser knows already is right from the beginning: the theme that was
// chosen, the page that the shell of index.html stands for, whether the strip of the practice cluster is there, and
// whether our fonts are here.
{
  const root = document.documentElement.dataset;
  root.page = location.pathname.replace(/^\/$/, "/chat");
  try {
    const theme = localStorage.getItem("kubechat.theme");
    if (theme === "light" || theme === "dark") root.theme = theme;
    if (localStorage.getItem("kubechat.practice") === "no") root.strip = "no";
    // Fetched is not kept: the service worker keeps them, where there is one.
    const worker = navigator.serviceWorker;
    if (localStorage.getItem("kubechat.fonts") === "yes" && (!worker || worker.controller))
      root.fonts = "ours";
  } catch {
    // Without storage it is as on a first visit.
  }
}
