// The editor in a frame of a notebook; what it asks goes to the kernel, and answers come back.

function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.title = "identcheck: the drawing and its verdicts";
  frame.setAttribute("sandbox", "allow-scripts allow-downloads allow-modals");
  frame.allow = "clipboard-read; clipboard-write";
  frame.style.cssText = `display: block; width: 100%; height: ${model.get("height")}px; border: 1px solid #8888; border-radius: 4px`;
  frame.srcdoc = model.get("_page");
  const asked = (event) => {
    if (event.source === frame.contentWindow) model.send(event.data);
  };
  const answered = (message) => frame.contentWindow?.postMessage(message, "*");
  const resized = () => {
    frame.style.height = `${model.get("height")}px`;
  };
  addEventListener("message", asked);
  model.on("msg:custom", answered);
  model.on("change:height", resized);
  el.append(frame);
  return () => {
    removeEventListener("message", asked);
    model.off("msg:custom", answered);
    model.off("change:height", resized);
  };
}

export default { render };
