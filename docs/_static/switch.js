// The version of the page becomes a list of the versions whose folders are beside this one's, as docs/_ext/versions.py says.
const root = document.documentElement.dataset.content_root;

function offerVersions(versions) {
  for (const place of document.querySelectorAll(".versions")) {
    const own = place.querySelector("a").textContent;
    for (const version of versions.filter((each) => each !== own)) {
      const sign = new Image(); // of every site that Sphinx builds
      sign.onload = () => offer(place, own, version, versions);
      sign.src = `${root}../${version}/_static/minus.png`;
    }
  }
}

function offer(place, own, version, versions) {
  if (!place.querySelector("details")) {
    const releases = place.querySelector("a");
    const box = document.createElement("details");
    const list = document.createElement("ul");
    const head = document.createElement("summary");
    head.textContent = own;
    head.setAttribute("aria-label", `Version ${own}; others`);
    releases.textContent = "What is new";
    list.append(document.createElement("li"));
    list.firstChild.append(releases);
    box.append(head, list);
    place.replaceChildren(box);
  }
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `${root}../${version}/index.html`;
  link.textContent = version;
  item.dataset.place = versions.indexOf(version);
  item.append(link);
  const list = place.querySelector("ul");
  const after = [...list.children].find((each) => Number(each.dataset.place) > Number(item.dataset.place));
  list.insertBefore(item, after ?? list.lastChild);
}

function load(address, otherwise) {
  const script = document.createElement("script");
  script.src = address;
  script.onerror = otherwise;
  document.head.append(script);
}

addEventListener("DOMContentLoaded", () => load(`${root}../versions.js`, () => load(`${root}_static/versions.js`)));
