// Search over all records, by any word of them; spelling may be off by a letter or two.

const FIELDS = ["id", "name", "text"];
const WORDS = ["name", "title", "summary", "about", "item", "object", "venue", "capacity", "wording", "unit_name", "note"];
let index;

const folded = (word) =>
  word
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase();

function indexed() {
  const found = new window.MiniSearch({
    idField: "key",
    fields: FIELDS,
    storeFields: ["id", "table", "name"],
    processTerm: folded,
  });
  for (const [table, key] of Object.entries(tumen.KEYS)) {
    found.addAll(
      tumen.table(table).map((row) => ({
        key: `${table} ${row[key]}`,
        id: row[key],
        table,
        name: row.name ?? row.title ?? row.summary ?? "",
        text: [...WORDS.map((word) => row[word]), ...(row.aliases ?? []), ...(row.topics ?? [])].filter(Boolean).join(" "),
      })),
    );
  }
  return found;
}

tumen.views.search = async function (root, values) {
  await tumen.need("records");
  await tumen.library("minisearch");
  index ??= indexed();
  const hits = index.search(values.q ?? "", {
    prefix: true,
    fuzzy: (word) => (word.length > 4 ? 0.2 : false),
    boost: { name: 3, id: 2 },
    combineWith: "AND",
  });
  const list = tumen.h("div");
  root.append(tumen.h("p", { role: "status" }, `${tumen.counted(hits.length, "record")} for “${values.q ?? ""}”.`), list);
  await tumen.grid(
    list,
    "hits",
    ["Record", "Table", "What"],
    hits.map((hit) => [tumen.cell(hit.id, hit.id, hit.table), hit.table, hit.name]),
  );
};
