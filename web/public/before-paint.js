// Runs before the first paint, so that what this browser knows already is right from the beginning: the theme that was
// chosen, the page that the shell of index.html stands for, whether the strip of the practice cluster is there, and
// whether our fonts have been fetched before.
{
  const root = document.documentElement.dataset;
  root.page = location.pathname.replace(/^\/$/, "/chat");
  try {
    const theme = localStorage.getItem("kubechat.theme");
    if (theme === "light" || theme === "dark") root.theme = theme;
    if (localStorage.getItem("kubechat.practice") === "no") root.strip = "no";
    if (localStorage.getItem("kubechat.fonts") === "yes") root.fonts = "ours";
  } catch {
    // Without storage it is as on a first visit.
  }
}
