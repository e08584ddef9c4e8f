// The editor itself in the place of its picture, in browsers that can run it; its engine is loaded once someone turns to it.

if (globalThis.WebAssembly && globalThis.Worker && location.protocol.startsWith("http")) {
  for (const place of document.querySelectorAll(".live")) {
    const frame = document.createElement("iframe");
    frame.src = "draw/index.html";
    frame.title = "The editor: draw a design, and read what is identified";
    frame.allow = "clipboard-read; clipboard-write";
    frame.loading = "lazy";
    place.replaceChildren(frame);
  }
}
