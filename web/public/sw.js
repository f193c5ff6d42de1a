// The shell without a network: the page and its hashed files. Nothing of a cluster is ever kept here.
const SHELL = "kubechat-shell";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((shell) => shell.addAll(["/", "/before-paint.js", "/icon.svg", "/manifest.webmanifest"])),
  );
  self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// Files carry their hash, so one that is there is right; the rest is asked for first.
async function keptFirst(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(SHELL)).put(request, answer.clone());
  return answer;
}

async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await renew(answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.match("/");
    if (kept) return kept;
    throw error;
  }
}

// A new page names new files: those of older ones go.
async function renew(answer) {
  const shell = await caches.open(SHELL);
  const old = await (await shell.match("/"))?.text();
  const text = await answer.clone().text();
  if (old === text) return;
  for (const request of await shell.keys()) {
    if (new URL(request.url).pathname.startsWith("/assets/")) await shell.delete(request);
  }
  await shell.put("/", answer);
}

async function askedFirst(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/assets/")) event.respondWith(keptFirst(request));
  else event.respondWith(askedFirst(request));
});
