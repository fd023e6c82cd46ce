// Sortable, paged tables by Grid.js; a cell is text, or a text with the address of a record.

const PAGE = 25;
const ICON = { next: "Next", previous: "Previous" };

/** Return a cell that links to a record. */
tumen.cell = (text, id, table) => ({ text: tumen.words(text), address: tumen.address(id, table) });

const shown = (value) => (value !== null && typeof value === "object" && "text" in value ? value.text : tumen.words(value));

function formatted(value) {
  const text = shown(value);
  const language = tumen.languageOf(text);
  if (value?.address) return window.gridjs.h("a", { href: value.address, lang: language }, text);
  return language ? window.gridjs.h("span", { lang: language }, text) : text;
}

function compared(one, other) {
  const [a, b] = [one?.text ?? one, other?.text ?? other];
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a ?? "").localeCompare(String(b ?? ""), "en", { numeric: true });
}

/** Draw a table into a box; `columns` are names, `rows` lists of cells. */
tumen.grid = async function (box, label, columns, rows) {
  await tumen.library("gridjs");
  const grid = new window.gridjs.Grid({
    columns: columns.map((name) => ({ name, formatter: formatted, sort: { compare: compared } })),
    data: rows,
    autoWidth: false,
    sort: true,
    pagination: rows.length > PAGE ? { limit: PAGE } : false,
    language: {
      pagination: { ...ICON, showing: "Rows", of: "of", to: "to", results: "" },
      noRecordsFound: "Nothing here for these filters.",
    },
  });
  const frame = tumen.h("div");
  box.replaceChildren(frame);
  grid.on("ready", () => reachable(frame, label));
  grid.render(frame);
  reachable(frame, label);
};

function reachable(frame, label) {
  const wrapper = frame.querySelector(".gridjs-wrapper");
  wrapper?.setAttribute("tabindex", "0");
  wrapper?.setAttribute("role", "region");
  wrapper?.setAttribute("aria-label", label);
  frame.querySelector(".gridjs-container")?.removeAttribute("role");
}
