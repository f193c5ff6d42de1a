// Runs before the first paint so that a chosen theme doesn't flash the other one.
try {
  const theme = localStorage.getItem("kubechat.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's theme is used.
}
