// From the address to a view: #/timeline?actor=…, #/records/meetings, #/mtg-0042.

const TITLES = {
  __proto__: null,
  timeline: "Timeline",
  estimates: "Estimates",
  disagreements: "Disagreements",
  network: "Network",
  map: "Map",
  records: "Records",
  codebook: "Codebook",
  rules: "Rules",
  search: "Search",
};
const DAYS = ["known_by", "from", "to"];
const main = document.getElementById("main");
const overview = document.getElementById("overview");
const view = document.getElementById("view");
const name = document.title;
let turn = 0;

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function address() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  return {
    parts: path.split("/").filter(Boolean).map(decoded),
    values: Object.fromEntries(new URLSearchParams(query ?? "")),
  };
}

function set(parts, values) {
  const query = new URLSearchParams(values).toString();
  history.replaceState(null, "", `#/${parts.map(encodeURIComponent).join("/")}${query ? `?${query}` : ""}`);
}

/** Open a record. */
tumen.open = (id, table) => {
  location.hash = tumen.address(id, table);
};

function current(shown) {
  for (const link of document.querySelectorAll("#views a")) {
    if (link.getAttribute("href") === `#/${shown}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

async function show(moved) {
  const mine = (turn += 1);
  const { parts, values } = address();
  const [first = "", ...rest] = parts;
  tumen.redraw = null;
  current(TITLES[first] ? first : first ? "records" : "");
  overview.hidden = first !== "";
  view.hidden = first === "";
  document.title = first ? `${TITLES[first] ?? first} · ${name}` : name;
  if (!first) {
    if (moved) main.focus();
    return;
  }
  const heading = tumen.h("h1", { tabindex: -1 }, TITLES[first] ?? first);
  const root = tumen.h("div", { "aria-busy": "true" });
  view.replaceChildren(heading, root);
  if (moved) heading.focus();
  window.scrollTo(0, 0);
  try {
    const [records] = first === "codebook" || first === "rules" ? [null] : await tumen.need("records");
    if (records) tumen.describe(records.columns);
    const wrong = DAYS.find((field) => values[field] && !tumen.isDay(values[field]));
    if (wrong) throw new Error(`${wrong}=${values[wrong]} is not a day; write YYYY-MM-DD.`);
    const run = TITLES[first] ? tumen.views[first] : tumen.views.record;
    const title = await run(root, values, (chosen) => set(parts, chosen), TITLES[first] ? rest : parts);
    if (mine === turn && title) {
      heading.replaceChildren(tumen.spoken(title));
      document.title = `${title} · ${name}`;
    }
  } catch (error) {
    root.replaceChildren(tumen.h("p", { role: "alert" }, `This view could not be shown: ${error.message}`));
    throw error;
  } finally {
    root.removeAttribute("aria-busy");
  }
}

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = new FormData(event.target).get("q").trim();
  if (text) location.hash = `#/search?${new URLSearchParams({ q: text })}`;
});
window.addEventListener("hashchange", () => show(true));
show(false);
