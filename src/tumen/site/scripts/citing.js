// How to cite a record: in words and as BibTeX, with its permanent link.

const TEX = {
  "\\": "{\\textbackslash}",
  "{": "{\\textbraceleft}",
  "}": "{\\textbraceright}",
  "~": "{\\textasciitilde}",
  "^": "{\\textasciicircum}",
};

/** Return text that LaTeX prints literally, as `tumen.citations.bibtex` does. */
const escaped = (text) => text.replace(/[\\{}&%$#_~^]/g, (sign) => TEX[sign] ?? `\\${sign}`);

function copied(label, text) {
  // Browsers offer the clipboard to pages from https and loopback alone.
  const status = tumen.h("span", { role: "status" });
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    status.textContent = "copied";
  };
  const button = navigator.clipboard ? tumen.h("button", { type: "button", class: "quiet", click: copy }, `Copy ${label}`) : null;
  return tumen.h(
    "div",
    { class: "cite" },
    tumen.h("pre", { tabindex: 0, role: "region", "aria-label": label }, text),
    button,
    status,
  );
}

/** Return the section that says how to cite a record. */
tumen.cited = function (id, table, release, heading) {
  const address = location.href.split("#")[0] + tumen.address(id, table);
  const year = release.date.slice(0, 4);
  const title = String(heading ?? id).replace(/[.\s]+$/, "");
  const text = `The Tumen curators (${year}): ${title}. Record ${id}. In: ${release.title}, release ${release.version} (${release.date}). ${address}`;
  const fields = {
    author: "{The Tumen curators}",
    title: `{${escaped(title)}}`,
    howpublished: escaped(`Record ${id} in ${release.title}, release ${release.version}`),
    year,
    date: release.date,
    url: address,
  };
  const bibtex = `@misc{tumen-${release.version}-${id},\n${Object.entries(fields)
    .map(([name, value]) => `  ${name} = {${value}},\n`)
    .join("")}}`;
  return tumen.section("Cite this", copied("citation", text), copied("BibTeX", bibtex));
};
