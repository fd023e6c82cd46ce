// The data of the release, read when a view needs it: each file calls `tumen.receive`, which also works from a folder without a server.

const asked = new Map();
const tables = new Map();
const indices = new Map();

function run(address) {
  return new Promise((resolve, reject) => {
    const script = tumen.h("script", { src: address });
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(`${address} could not be read; copy the whole folder of the site.`)));
    document.head.append(script);
  });
}

function entry(name) {
  if (!asked.has(name)) {
    const one = { value: undefined };
    one.ready = run(`data/${name}.js`).then(() => one.value);
    asked.set(name, one);
  }
  return asked.get(name);
}

tumen.receive = (name, value) => {
  entry(name).value = value;
};

/** Return the named data, in the order of their names. */
tumen.need = (...names) => Promise.all(names.map((name) => entry(name).ready));

const libraries = new Map();

/** Read a library of `vendored/` once. */
tumen.library = function (name) {
  if (!libraries.has(name)) libraries.set(name, run(`vendored/${name}.js`));
  return libraries.get(name);
};

/** Return columns and rows as objects. */
tumen.unpacked = ({ columns, rows }) => rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])));

tumen.KEYS = {
  meetings: "meeting_id",
  deployments: "deployment_id",
  estimates: "estimate_id",
  statements: "statement_id",
  agreements: "agreement_id",
  transfers: "transfer_id",
  launches: "launch_id",
  positions: "position_id",
  actors: "actor_id",
  places: "place_id",
  sources: "source_id",
};

/** Return the rows of a table; needs "records". */
tumen.table = function (name) {
  if (!tables.has(name)) tables.set(name, tumen.unpacked(entry("records").value.tables[name]));
  return tables.get(name);
};

/** Return the rows of a table by the value of a column: one by its key, else lists. */
tumen.by = function (name, column) {
  const at = `${name} ${column}`;
  if (!indices.has(at)) {
    const unique = tumen.KEYS[name] === column;
    const found = new Map();
    for (const row of tumen.table(name)) {
      if (unique) found.set(row[column], row);
      else if (found.has(row[column])) found.get(row[column]).push(row);
      else found.set(row[column], [row]);
    }
    indices.set(at, found);
  }
  return indices.get(at);
};

/** Return the name of an actor or place, or the id itself. */
tumen.nameOf = function (id, table) {
  const [actor, place] = [tumen.by("actors", "actor_id").get(id), tumen.by("places", "place_id").get(id)];
  return (table === "places" ? (place ?? actor) : (actor ?? place))?.name ?? id;
};

/** Return the table that a column refers to, where an id alone may not tell: a place may have the id of a state. */
tumen.tableOf = (table, column) =>
  /^(place|destination|scope|site)_id$/.test(column) || (table === "places" && column === "parent_id") ? "places" : undefined;

/** Return the address of a record: #/mtg-0042; of a place that shares its id with an actor, #/places/china. */
tumen.address = function (id, table) {
  const shared = table === "places" && tumen.by("actors", "actor_id").has(id);
  return `#/${shared ? "places/" : ""}${encodeURIComponent(id)}`;
};

/** Return a place or an actor and all that is part of it. */
tumen.within = function (table, top) {
  const children = tumen.by(table, "parent_id");
  const inside = new Set([top]);
  for (const id of inside) for (const row of children.get(id) ?? []) inside.add(row[tumen.KEYS[table]]);
  return inside;
};

/** Return the order of two values: numbers as numbers, text by its letters. */
tumen.order = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
