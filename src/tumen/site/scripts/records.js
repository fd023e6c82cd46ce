// The tables themselves, sortable.

const SHOWN = {
  __proto__: null,
  meetings: ["meeting_id", "start_date", "end_date", "format", "level", "place_id", "summary"],
  deployments: ["deployment_id", "start_date", "kind", "origin", "destination_id", "status", "summary"],
  estimates: ["estimate_id", "said_on", "measure", "bound", "low", "best", "high", "unit", "estimator_id", "summary"],
  statements: ["statement_id", "said_on", "speaker_id", "stance", "subject_id", "about", "summary"],
  agreements: ["agreement_id", "signed", "name", "kind", "summary"],
  transfers: ["transfer_id", "start_date", "origin", "destination", "item", "status", "summary"],
  launches: ["launch_id", "launch_date", "object", "outcome", "summary"],
  positions: ["position_id", "actor_id", "title", "organisation_id", "start_date", "end_date"],
  actors: ["actor_id", "name", "kind", "country", "aliases"],
  places: ["place_id", "name", "kind", "country", "parent_id"],
  sources: ["source_id", "published", "publisher_id", "title", "language", "kind"],
};

/** Return the codes of a column, in the order of the codebook; needs "records". */
tumen.codes = (table, column) => tumen.column(table, column).codes ?? [];

let described;
tumen.column = (table, name) => described[table][name] ?? {};
tumen.describe = (columns) => (described = columns);

const REFERENCES =
  /(^|_)(actor|place|organisation|publisher|speaker|estimator|subject|destination|scope|parent|meeting|site|source|via|supersedes)_id$|announced_by$/;

/** Whether a column names another record. */
tumen.refers = (column) => REFERENCES.test(column);

tumen.views.records = async function (root, values, set, [name]) {
  await tumen.need("records");
  const table = SHOWN[name] ? name : "meetings";
  const links = Object.keys(SHOWN).map((one) =>
    tumen.h(
      "li",
      {},
      tumen.h(
        "a",
        { href: `#/records/${one}`, "aria-current": one === table ? "page" : null },
        one,
        ` (${tumen.table(one).length})`,
      ),
    ),
  );
  const list = tumen.h("div");
  root.append(tumen.h("nav", { "aria-label": "Tables" }, tumen.h("ul", { class: "tabs" }, links)), list);
  const key = tumen.KEYS[table];
  const shown = (row, column) => {
    const value = row[column];
    if (column === key) return tumen.cell(value, value, table);
    const target = tumen.tableOf(table, column);
    if (value !== null && tumen.refers(column)) return tumen.cell(tumen.nameOf(value, target), value, target);
    if (tumen.precisionOf(row, column)) return tumen.writtenDay(value, tumen.precisionOf(row, column));
    return typeof value === "string" && tumen.column(table, column).codes
      ? tumen.spaced(value)
      : typeof value === "number"
        ? value
        : tumen.words(value);
  };
  const columns = SHOWN[table];
  await tumen.grid(
    list,
    table,
    columns.map((column) => tumen.column(table, column).title ?? column),
    tumen.table(table).map((row) => columns.map((column) => shown(row, column))),
  );
};
