// Keeps the files of the page in the browser, so that a second visit needs no network; a new build of the page has a new name here.

const NAME = "identcheck BUILD";
const SMALL = ["./", "draw.js", "draw.css", "first.json"];

addEventListener("install", (event) => event.waitUntil(caches.open(NAME).then((kept) => kept.addAll(SMALL))));

addEventListener("activate", (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith("identcheck ") && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
})()));

addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(registration.scope)) event.respondWith(kept(event.request));
});

async function kept(request) {
  const cache = await caches.open(NAME);
  const found = await cache.match(request, { ignoreSearch: true });
  if (found) return found;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(request, fresh.clone());
  return fresh;
}
