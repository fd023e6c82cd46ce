// What every column of every table means.

tumen.views.codebook = async function (root, values, set, [name]) {
  const [{ tables, fields }] = await tumen.need("codebook");
  const sections = Object.keys(fields).map((table) => {
    const rows = fields[table].map((field) => {
      const codes = field.constraints?.enum ?? field.codes ?? [];
      const listed = codes.length
        ? tumen.h("details", {}, tumen.h("summary", {}, `${codes.length} codes`), tumen.h("p", {}, codes.join(", ")))
        : null;
      const cells = [
        field.type,
        field.title,
        field.description,
        field.unit ?? "",
        field.constraints?.required ? "" : "may be empty",
      ];
      return tumen.h(
        "tr",
        {},
        tumen.h("th", { scope: "row" }, tumen.h("code", {}, field.name)),
        cells.map((cell) => tumen.h("td", {}, cell)),
        tumen.h("td", {}, listed),
      );
    });
    const head = ["Column", "Type", "Title", "Meaning", "Unit", "Null", "Codes"].map((text) =>
      tumen.h("th", { scope: "col" }, text),
    );
    const table_ = tumen.h("table", {}, tumen.h("thead", {}, tumen.h("tr", {}, head)), tumen.h("tbody", {}, rows));
    const region = tumen.h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Columns of ${table}` }, table_);
    return tumen.h("section", { id: `codebook-${table}` }, tumen.h("h2", {}, table), tumen.h("p", {}, tables[table] ?? ""), region);
  });
  const links = Object.keys(fields).map((table) => tumen.h("li", {}, tumen.h("a", { href: `#/codebook/${table}` }, table)));
  root.append(tumen.h("nav", { "aria-label": "Tables" }, tumen.h("ul", { class: "tabs" }, links)), ...sections);
  if (name) root.querySelector(`#codebook-${CSS.escape(name)}`)?.scrollIntoView();
};
