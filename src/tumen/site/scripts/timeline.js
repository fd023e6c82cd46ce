// Every dated event and claim, by lane; filters by actor, place, topic, level, kind of source, and the date of the view.

const SHOWN = ["meetings", "deployments", "estimates", "statements", "transfers", "agreements", "launches"];
const columns = ["Date", "Record", "Lane", "Kind", "Summary"];

function kindsOfSources(id) {
  const cited = tumen.by("citations", "record_id").get(id) ?? [];
  return new Set(cited.map((one) => tumen.by("sources", "source_id").get(one.source_id)?.kind));
}

/** Return an event as it was known on a day: without an end that lay ahead, and with the topics that were reported by then. */
function asKnown(row, day) {
  const topics = row.topics.filter((topic) => row.topics_since[topic] <= day);
  return { ...row, ...(row.open && row.end_date > day ? row.open : {}), topics };
}

/** Return the events that pass the filters. */
tumen.events = function (all, values) {
  const day = values.known_by;
  const events = day ? all.filter((row) => tumen.known(row.known_since, day)).map((row) => asKnown(row, day)) : all;
  const places = values.place ? tumen.within("places", values.place) : null;
  const tests = [
    values.table && ((row) => row.table === values.table),
    values.actor && ((row) => row.actors.includes(values.actor)),
    places && ((row) => places.has(row.place_id)),
    values.topic && ((row) => row.topics.includes(values.topic)),
    values.level && ((row) => tumen.by("meetings", "meeting_id").get(row.record_id)?.level === values.level),
    values.source && ((row) => kindsOfSources(row.record_id).has(values.source)),
    values.from && ((row) => row.end_date >= values.from),
    values.to && ((row) => row.start_date <= values.to),
  ].filter(Boolean);
  return events.filter((row) => tests.every((test) => test(row)));
};

tumen.levels = () => tumen.codes("meetings", "level");

/** Return the choices of ids that occur, by name. */
tumen.choices = (ids) =>
  [...new Set(ids)]
    .filter((id) => id !== null)
    .map((id) => [id, tumen.nameOf(id)])
    .sort((a, b) => a[1].localeCompare(b[1], "en"));

/** Return the codes of a column in their order, as choices. */
tumen.coded = (codes) => codes.map((code) => [code, tumen.spaced(code)]);

/** Return the field of the date of the view, with its first and last day. */
tumen.knownByField = function (rows, release) {
  const days = rows
    .map((row) => row.known_since)
    .filter(Boolean)
    .sort();
  return { name: "known_by", type: "known_by", first: days[0] ?? release.date, last: release.date };
};

tumen.views.timeline = async function (root, values, set) {
  const [{ events }, release] = await tumen.need("timeline", "release", "records");
  const chart = tumen.h("div", { class: "chart" });
  const list = tumen.h("div");
  const count = tumen.h("p", { role: "status" });
  const fields = [
    { name: "table", label: "Lane", type: "select", options: tumen.coded(SHOWN) },
    { name: "actor", label: "Actor", type: "select", options: tumen.choices(events.flatMap((row) => row.actors)) },
    { name: "place", label: "Place", type: "select", options: tumen.choices(events.map((row) => row.place_id)) },
    { name: "topic", label: "Topic", type: "select", options: tumen.coded(tumen.codes("meetings", "topics")) },
    { name: "level", label: "Level", type: "select", options: tumen.coded(tumen.levels()) },
    { name: "source", label: "Kind of source", type: "select", options: tumen.coded(tumen.codes("sources", "kind")) },
    { name: "from", label: "From", type: "date" },
    { name: "to", label: "To", type: "date" },
    tumen.knownByField(events, release),
  ];
  const update = async (chosen) => {
    const rows = tumen.events(events, chosen);
    count.textContent = `${rows.length.toLocaleString("en")} of ${tumen.counted(events.length, "record")}. Scroll on the chart to zoom, drag to move, click a mark to open its record.`;
    await tumen.draw(
      chart,
      "timeline",
      { rows },
      `Timeline of ${rows.length} records; the table below lists them.`,
      (row) => row.record_id && tumen.open(row.record_id),
    );
    await tumen.grid(
      list,
      "events and claims",
      columns,
      rows.map((row) => [row.when, tumen.cell(row.record_id, row.record_id), row.table, tumen.spaced(row.kind), row.summary]),
    );
  };
  root.append(
    tumen.filters(fields, values, (chosen) => (set(chosen), update(chosen))),
    count,
    chart,
    list,
  );
  await update(values);
};
