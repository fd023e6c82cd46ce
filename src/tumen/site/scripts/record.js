// One record: its fields, who took part, its sources, what refers to it, its history over releases.

const REFERRING = {
  deployments: ["meeting_id", "announced_by", "destination_id"],
  estimates: ["subject_id", "supersedes_id", "estimator_id", "scope_id"],
  statements: ["subject_id", "speaker_id"],
  agreements: ["meeting_id", "place_id"],
  meetings: ["place_id"],
  launches: ["site_id"],
  positions: ["actor_id", "organisation_id"],
  participants: ["actor_id"],
  actors: ["parent_id"],
  places: ["parent_id"],
  sources: ["publisher_id"],
  citations: ["source_id", "via_id"],
};
const OF = { participants: "meeting_id", citations: "record_id" };
const LISTED = 200;

/** Return the table and the row of a record, or nothing; of one table, if it is named. */
tumen.find = function (id, named) {
  for (const [table, key] of Object.entries(tumen.KEYS)) {
    const row = !named || named === table ? tumen.by(table, key).get(id) : null;
    if (row) return { table, row };
  }
  return null;
};

/** Return the unit of a column; of one that names another column, what the row has there. */
function unitOf(table, row, column) {
  const { unit } = tumen.column(table, column);
  const other = /^as in column (\w+)$/.exec(unit ?? "");
  return other ? row[other[1]] : unit;
}

function value(table, row, column) {
  const given = row[column];
  if (column === "url" || column === "archive_url") return tumen.outside(given, given);
  if (column === "wikidata_id") return tumen.outside(`https://www.wikidata.org/wiki/${given}`, given);
  const target = tumen.tableOf(table, column);
  if (tumen.refers(column)) return tumen.inside(given, tumen.nameOf(given, target), target);
  if (column === "parties") return given.map((one, at) => [at ? ", " : "", tumen.inside(one, tumen.nameOf(one))]);
  if (Array.isArray(given))
    return given.map((one, at) => [at ? ", " : "", tumen.spoken(tumen.column(table, column).codes ? tumen.spaced(one) : one)]);
  const precision = tumen.precisionOf(row, column);
  if (precision) return tumen.writtenDay(given, precision);
  const unit = unitOf(table, row, column);
  const text = tumen.column(table, column).codes ? tumen.spaced(given) : tumen.words(given);
  return tumen.spoken(unit ? `${text} ${tumen.spaced(unit)}` : text);
}

function fields(table, row, heading) {
  const hidden = [tumen.KEYS[table], heading];
  const given = Object.entries(row).filter(
    ([column, one]) => !hidden.includes(column) && one !== null && !(Array.isArray(one) && !one.length),
  );
  return tumen.h(
    "dl",
    { class: "fields" },
    given.map(([column]) => [
      tumen.h("dt", {}, tumen.column(table, column).title ?? column),
      tumen.h("dd", {}, value(table, row, column)),
    ]),
  );
}

function participants(id) {
  const present = tumen.by("participants", "meeting_id").get(id) ?? [];
  const sorted = [...present].sort(
    (a, b) => tumen.order(a.side, b.side) || b.principal - a.principal || tumen.order(a.actor_id, b.actor_id),
  );
  const lines = sorted.map((one) =>
    tumen.h(
      "li",
      {},
      tumen.inside(one.actor_id, tumen.nameOf(one.actor_id)),
      ` (${one.side}${one.principal ? ", principal" : ""})`,
      one.capacity ? [": ", tumen.spoken(one.capacity)] : null,
    ),
  );
  return lines.length ? tumen.section("Participants", tumen.h("ul", {}, lines)) : null;
}

function citation(one) {
  const source = tumen.by("sources", "source_id").get(one.source_id);
  const via = one.via_id ? [", via ", tumen.inside(one.via_id, tumen.nameOf(one.via_id))] : null;
  return tumen.h(
    "li",
    { class: one.agrees ? null : "against" },
    tumen.inside(source.publisher_id, tumen.nameOf(source.publisher_id)),
    via,
    `, ${tumen.writtenDay(source.published, source.published_precision) || "undated"}: `,
    tumen.outside(source.url, source.title ?? source.url, source.title ? source.language : null),
    " [",
    tumen.inside(source.source_id, "source"),
    "]",
    one.topics?.length ? tumen.h("div", {}, `Reports: ${one.topics.map(tumen.spaced).join(", ")}`) : null,
    one.agrees ? null : tumen.h("strong", {}, " Disagrees. "),
    one.note ? tumen.h("div", {}, tumen.spoken(one.note)) : null,
  );
}

function sources(id) {
  const cited = [...(tumen.by("citations", "record_id").get(id) ?? [])];
  const day = (one) => tumen.by("sources", "source_id").get(one.source_id).published ?? "9999";
  cited.sort((a, b) => tumen.order(day(a), day(b)) || tumen.order(a.source_id, b.source_id));
  return cited.length ? tumen.section(`Sources (${cited.length})`, tumen.h("ol", { class: "sources" }, cited.map(citation))) : null;
}

function referring(id, target) {
  const found = [];
  const shared = tumen.by("actors", "actor_id").has(id) && tumen.by("places", "place_id").has(id);
  for (const [table, columns] of Object.entries(REFERRING))
    for (const column of columns) {
      if (shared && (tumen.tableOf(table, column) ?? "actors") !== target) continue;
      for (const row of tumen.by(table, column).get(id) ?? []) found.push({ id: row[OF[table] ?? tumen.KEYS[table]], column, row });
    }
  if (!found.length) return null;
  const unique = [...new Map(found.map((one) => [`${one.id} ${one.column}`, one])).values()];
  const line = (one) => {
    const { row } = tumen.find(one.id) ?? { row: one.row };
    const text = row.summary ?? row.title ?? row.name;
    return tumen.h(
      "li",
      {},
      tumen.inside(one.id),
      ` (${tumen.spaced(one.column.replace(/_id$/, ""))})`,
      text ? [": ", tumen.spoken(text)] : null,
    );
  };
  const more = unique.length - LISTED;
  return tumen.section(
    `Named by (${unique.length})`,
    tumen.h("ul", {}, unique.slice(0, LISTED).map(line)),
    more > 0 ? tumen.h("p", {}, `and ${more} more`) : null,
  );
}

const read = (json) => {
  if (json === null) return "nothing";
  const given = JSON.parse(json);
  if (given === null) return "nothing";
  if (typeof given !== "object" || Array.isArray(given)) return tumen.words(given);
  const parts = Object.entries(given).filter(([name, one]) => one !== null && !Object.values(OF).includes(name));
  return parts.map(([name, one]) => `${tumen.spaced(name)} ${tumen.words(one)}`).join(", ");
};

function past(changes) {
  const change = ([field, before, after]) =>
    tumen.h("li", {}, `${tumen.spaced(field)}: `, tumen.spoken(read(before)), " → ", tumen.spoken(read(after)));
  const line = (one) =>
    tumen.h(
      "li",
      {},
      `${one.kind} in release ${one.release} (${one.date})`,
      one.changes.length ? tumen.h("ul", {}, one.changes.map(change)) : null,
    );
  return tumen.section("History", tumen.h("ul", {}, changes.map(line)));
}

tumen.views.record = async function (root, values, set, parts) {
  const id = parts.at(-1);
  const [, history, release] = await tumen.need("records", "history", "release");
  const found = tumen.find(id, parts.length > 1 ? parts[0] : null);
  if (!found) {
    const [gone] = Object.entries(history)
      .filter(([key]) => key.endsWith(` ${id}`))
      .map(([, changes]) => changes);
    root.append(
      tumen.h("p", {}, gone ? `${id} is no longer in the dataset.` : `No record ${id} in release ${release.version}.`),
      ...(gone ? [past(gone)] : []),
    );
    return id;
  }
  const { table, row } = found;
  const accounts = table === "meetings" ? tumen.accounts(id) : null;
  const heading = ["name", "title", "summary"].find((column) => row[column]);
  const sections = [
    fields(table, row, heading),
    participants(id),
    accounts,
    sources(id),
    referring(id, table),
    past(history[`${table} ${id}`] ?? []),
    tumen.cited(id, table, release, row[heading]),
  ];
  root.append(
    tumen.h("p", { class: "kicker" }, tumen.h("a", { href: `#/records/${table}` }, table), ` · ${id}`),
    ...sections.filter(Boolean),
  );
  return heading ? row[heading] : id;
};
