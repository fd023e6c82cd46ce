// The rows that charts draw, as known on a date: the same as `tumen.plot` makes of `tumen.open(known_by=day)`.

const UP = ["more_than", "at_least"];
const DOWN = ["up_to", "less_than"];
const ARROW = 0.09;
const OTHER = "other scopes";
const MOST = { network: 30, disagreements: 25 };
const LABELLED = 8;
const APART = 3.5;
const RECORD = "the record";

/** Whether something could be cited on a day; without a day all of it. */
tumen.known = (since, day) => !day || (since !== null && since <= day);

const counted = (rows, key) => rows.reduce((counts, row) => counts.set(key(row), (counts.get(key(row)) ?? 0) + 1), new Map());

/** Return the claims and the envelope of a measure as its chart draws them, and how many claims have no number. */
tumen.claimRows = function ({ said, envelope }, measure, scope, day) {
  const scopes = scope ? tumen.within("places", scope) : null;
  const seen = said.filter((row) => tumen.known(row.known_since, day));
  const replaced = new Set(seen.map((row) => row.supersedes_id));
  const ofMeasure = inPanels(seen.filter((row) => row.measure === measure && (!scopes || scopes.has(row.scope_id))));
  const drawn = ofMeasure.filter((row) => row.lower !== null || row.upper !== null);
  const tops = new Map();
  for (const row of drawn) {
    const top = Math.max(...[row.lower, row.upper, row.best].filter((number) => number !== null));
    tops.set(row.panel, Math.max(tops.get(row.panel) ?? top, top));
  }
  const claims = drawn.map((row) => claim(row, tops.get(row.panel) * ARROW, replaced.has(row.estimate_id)));
  const steps = envelope.filter(
    (row) => row.measure === measure && (!scopes || scopes.has(row.scope_id)) && tumen.known(row.day, day),
  );
  return { rows: [...claims, ...outline(steps, ofMeasure)], mute: ofMeasure.length - drawn.length };
};

const kindOf = (row) => `${row.unit} ${row.stock_or_flow} ${row.scope_id}`;

function inPanels(rows) {
  const sizes = counted(rows, kindOf);
  const isAlone = (row) => sizes.get(kindOf(row)) === 1;
  const numberOf = (row) => `${row.unit} ${row.stock_or_flow}`;
  const alone = counted(rows.filter(isAlone), numberOf);
  const placed = rows.map((row) => {
    const scope = isAlone(row) && alone.get(numberOf(row)) > 1 ? OTHER : (row.scope ?? "no scope given");
    return { ...row, panel: `${row.stock_or_flow}, ${row.unit}: ${scope}` };
  });
  const heights = counted(placed, (row) => row.panel);
  return placed.sort(
    (a, b) =>
      heights.get(b.panel) - heights.get(a.panel) ||
      tumen.order(a.panel, b.panel) ||
      tumen.order(a.said_on, b.said_on) ||
      tumen.order(a.estimate_id, b.estimate_id),
  );
}

function claim(row, span, superseded) {
  const up = UP.includes(row.bound);
  const down = DOWN.includes(row.bound);
  return {
    panel: row.panel,
    unit: row.unit,
    country: row.country,
    estimate_id: row.estimate_id,
    estimator: row.estimator,
    known_since: row.known_since,
    summary: row.summary,
    part: "claim",
    day: row.said_on,
    when: row.when,
    figure: row.figure,
    value: up ? row.low : down ? row.high : (row.best ?? (row.low + row.high) / 2),
    low: up ? row.low : down ? Math.max(row.high - span, 0) : row.lower,
    high: up ? row.low + span : down ? row.high : row.upper,
    arrow: up ? "up" : down ? "down" : "none",
    superseded,
  };
}

function outline(steps, ofMeasure) {
  const panels = new Map(ofMeasure.filter((row) => !row.panel.endsWith(`: ${OTHER}`)).map((row) => [kindOf(row), row.panel]));
  const drawn = steps
    .filter((step) => step.stock_or_flow !== "flow" && panels.has(kindOf(step)))
    .map((step) => ({
      panel: panels.get(kindOf(step)),
      unit: step.unit,
      day: step.day,
      part: "envelope",
      low: step.lowest,
      high: step.highest,
    }))
    .sort((a, b) => tumen.order(a.panel, b.panel) || tumen.order(a.day, b.day))
    .filter((step, at, all) => step.panel !== all[at - 1]?.panel || step.low !== all[at - 1].low || step.high !== all[at - 1].high);
  const end = ofMeasure.reduce((last, row) => (row.known_since !== null && row.known_since > last ? row.known_since : last), "");
  const last = drawn.filter((step, at) => step.panel !== drawn[at + 1]?.panel).map((step) => ({ ...step, day: end }));
  return [...drawn, ...last];
}

/** Return who met whom across the two sides: links and nodes as the chart draws them, and how many pairs are left out. */
tumen.networkRows = function (day) {
  const levels = tumen.levels();
  const edges = new Map();
  for (const meeting of tumen.table("meetings")) {
    if (!tumen.known(meeting.known_since, day)) continue;
    const present = tumen.by("participants", "meeting_id").get(meeting.meeting_id) ?? [];
    const last = tumen.known(meeting.end_date, day) ? meeting.end_date : meeting.start_date;
    const seen = { ...meeting, end_date: last };
    for (const one of present) for (const other of present) if (one.side < other.side) join(edges, seen, one, other, levels);
  }
  const all = [...edges.values()].sort(
    (a, b) => b.meetings - a.meetings || tumen.order(a.source, b.source) || tumen.order(a.target, b.target),
  );
  const between = all.filter((edge) => edge.source_side === "KP" && edge.target_side === "RU");
  const left = ranked(between, "source", "KP", 0);
  const right = ranked(between, "target", "RU", 1);
  const heights = new Map([...left, ...right].map((node) => [node.actor_id, node.y]));
  const sides = new Set([...left, ...right].map((node) => node.side + node.actor_id));
  const links = between
    .filter((edge) => sides.has(`KP${edge.source}`) && sides.has(`RU${edge.target}`))
    .map((edge) => ({
      ...edge,
      y: heights.get(edge.source),
      y2: heights.get(edge.target),
      x: 0,
      x2: 1,
      pair: `${tumen.nameOf(edge.source)} and ${tumen.nameOf(edge.target)}`,
    }));
  return { links, nodes: [...left, ...right], all };
};

function join(edges, meeting, one, other, levels) {
  const key = `${one.actor_id} ${one.side} ${other.actor_id} ${other.side}`;
  const edge = edges.get(key) ?? {
    source: one.actor_id,
    target: other.actor_id,
    source_side: one.side,
    target_side: other.side,
    meetings: 0,
    first: meeting.start_date,
    last: meeting.end_date,
    level: meeting.level,
  };
  edge.meetings += 1;
  if (meeting.start_date < edge.first) edge.first = meeting.start_date;
  if (meeting.end_date > edge.last) edge.last = meeting.end_date;
  if (levels.indexOf(meeting.level) < levels.indexOf(edge.level)) edge.level = meeting.level;
  edges.set(key, edge);
}

function ranked(edges, column, side, x) {
  const meetings = new Map();
  for (const edge of edges) meetings.set(edge[column], (meetings.get(edge[column]) ?? 0) + edge.meetings);
  return [...meetings]
    .sort((a, b) => b[1] - a[1] || tumen.order(a[0], b[0]))
    .slice(0, MOST.network)
    .map(([actor_id, number], y) => ({ side, y, x, actor_id, meetings: number, name: tumen.nameOf(actor_id) }));
}

/** Return the places of events as the map draws them, and how many events have none. */
tumen.placeRows = function (events, anchors) {
  const records = counted(events, (row) => anchors[row.place_id] ?? null);
  const lost = records.get(null) ?? 0;
  records.delete(null);
  const places = [...records]
    .sort((a, b) => b[1] - a[1] || tumen.order(a[0], b[0]))
    .map(([place_id, number]) => {
      const { name, latitude, longitude } = tumen.by("places", "place_id").get(place_id);
      return { place_id, records: number, name, latitude, longitude };
    });
  const apart = [];
  for (const row of places) {
    const near = apart.some(
      (one) => Math.abs(row.latitude - one.latitude) < APART && Math.abs(row.longitude - one.longitude) < 2 * APART,
    );
    if (!near && apart.length < LABELLED) apart.push(row);
  }
  return { rows: places.map((row) => ({ ...row, label: apart.includes(row) ? row.name : "" })), lost };
};

/** Return who contradicts whom as the chart draws it. */
tumen.pairRows = function (pairs) {
  let named = pairs.map((row) => ({ ...row, who: row.who ?? RECORD, other: row.other_who ?? RECORD }));
  for (const column of ["who", "other"]) {
    const most = [...counted(named, (row) => row[column])].sort((a, b) => b[1] - a[1] || tumen.order(a[0], b[0]));
    const kept = new Set(most.slice(0, MOST.disagreements).map(([name]) => name));
    named = named.filter((row) => kept.has(row[column]));
  }
  const groups = new Map();
  for (const { who, other, kind, record_id } of named) {
    const key = JSON.stringify([who, other, kind]);
    const group = groups.get(key) ?? { who, other, kind, pairs: 0, records: new Set() };
    group.pairs += 1;
    group.records.add(record_id);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map((group) => ({ ...group, records: [...group.records].sort().join(", ") }))
    .sort((a, b) => b.pairs - a.pairs || tumen.order(a.who, b.who) || tumen.order(a.other, b.other) || tumen.order(a.kind, b.kind));
};
