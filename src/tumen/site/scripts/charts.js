// Charts: a specification of `data/charts.js` over rows, in the colours of the page, as SVG. The rows drawn last stay in `tumen.drawn`.

const INKS = {
  "#222222": "#f2f2f2",
  "#ececec": "#33383d",
  "#a8a8a8": "#6c757d",
  white: "#15191c",
  "#7f7f7f": "#a3a3a3",
  "#0072b2": "#4ea8de",
  "#d55e00": "#ff8c42",
};
const SLIM = { network: 640, map: 480 };
const dark = window.matchMedia("(prefers-color-scheme: dark)");

tumen.drawn = {};

function inked(spec) {
  if (!dark.matches || window.matchMedia("print").matches) return spec;
  const text = JSON.stringify(spec).replace(/"(#[0-9a-f]{6}|white)"/g, (whole, ink) => (INKS[ink] ? `"${INKS[ink]}"` : whole));
  return JSON.parse(text);
}

function look() {
  const ink = dark.matches ? "#e6e6e6" : "#222222";
  const line = dark.matches ? "#495057" : "#dddddd";
  return {
    aria: false,
    background: "transparent",
    font: "system-ui, sans-serif",
    padding: 4,
    view: { stroke: null },
    axis: {
      labelColor: ink,
      titleColor: ink,
      gridColor: line,
      domainColor: line,
      tickColor: line,
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: "normal",
    },
    legend: {
      labelColor: ink,
      titleColor: ink,
      orient: "top",
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: "normal",
      symbolSize: 90,
      columns: 4,
    },
    header: { labelColor: ink, titleColor: ink, labelFontSize: 13, labelFontWeight: "bold", labelAnchor: "start" },
  };
}

function fitted(spec, name, room, rows) {
  const width = Math.max(room, SLIM[name] ?? 0);
  if (spec.spec) spec.spec.width = Math.max(width - 90, 180);
  else if (typeof spec.width === "number") Object.assign(spec, { width, autosize: { type: "fit-x", contains: "padding" } });
  if (name === "timeline") spec.height = spec.height.step * Math.max(new Set(rows.map((row) => row.table)).size, 1);
  if (name === "map") spec.height = Math.max(240, Math.round(width * 0.58));
  return spec;
}

/** Draw a chart into a box, with words for those who do not see it; `picked` is called with the row that is clicked. */
tumen.draw = async function (box, name, datasets, label, picked) {
  const mine = (box.turn = (box.turn ?? 0) + 1);
  const [charts] = await tumen.need("charts");
  await tumen.library("vega");
  const room = Math.max(box.clientWidth - 16, 240);
  const spec = { ...fitted(inked(structuredClone(charts[name])), name, room, datasets.rows), datasets };
  const stage = tumen.h("div", { class: "stage" });
  const { view } = await window.vegaEmbed(stage, spec, {
    ast: true,
    logLevel: 1,
    actions: false,
    renderer: "svg",
    defaultStyle: false,
    config: look(),
    tooltip: { disableDefaultStyle: true },
  });
  if (box.turn !== mine || !box.isConnected) return view.finalize();
  if (picked) view.addEventListener("click", (_, item) => item?.datum && picked(item.datum));
  const save = tumen.h("button", { type: "button", class: "quiet", click: () => download(view, name) }, "Save as SVG");
  stage.querySelector("svg").setAttribute("aria-hidden", "true");
  stage.setAttribute("role", "img");
  stage.setAttribute("aria-label", label);
  const shown = tumen.h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Chart" }, stage);
  tumen.drawn[name] = datasets;
  box.replaceChildren(shown, save);
  box.shown?.finalize();
  box.shown = view;
  tumen.redraw = () => box.isConnected && tumen.draw(box, name, datasets, label, picked);
};

async function download(view, name) {
  const address = URL.createObjectURL(new Blob([await view.toSVG()], { type: "image/svg+xml" }));
  tumen.h("a", { href: address, download: `tumen-${name}.svg` }).click();
  URL.revokeObjectURL(address);
}

dark.addEventListener("change", () => tumen.redraw?.());
let room = window.innerWidth;
let waiting;
window.addEventListener("resize", () => {
  if (window.innerWidth === room) return;
  room = window.innerWidth;
  clearTimeout(waiting);
  waiting = setTimeout(() => tumen.redraw?.(), 150);
});
