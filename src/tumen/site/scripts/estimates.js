// What each estimator said of a measure, with the slider of the date of the view.

const columns = ["Said on", "Record", "Estimator", "Figure", "Kind", "Scope", "Known since", "Replaced"];

tumen.views.estimates = async function (root, values, set) {
  const [data, release] = await tumen.need("estimates", "release", "records");
  const said = (data.list ??= tumen.unpacked(data.said));
  const envelope = (data.steps ??= tumen.unpacked(data.envelope));
  const measures = new Map();
  for (const row of said) measures.set(row.measure, (measures.get(row.measure) ?? 0) + 1);
  const chart = tumen.h("div", { class: "chart" });
  const list = tumen.h("div");
  const count = tumen.h("p", { role: "status" });
  const most = [...measures].sort((a, b) => b[1] - a[1] || tumen.order(a[0], b[0]));
  if (!most.length) return void root.append(tumen.h("p", {}, "This release holds no estimates."));
  const chosen = { ...values, measure: measures.has(values.measure) ? values.measure : most[0][0] };
  const fields = [
    {
      name: "measure",
      label: "Measure",
      type: "select",
      required: true,
      options: most.map(([code, number]) => [code, `${tumen.spaced(code)} (${number})`]),
    },
    { name: "scope", label: "Scope", type: "select", options: tumen.choices(said.map((row) => row.scope_id)) },
    tumen.knownByField(said, release),
  ];
  const update = async ({ measure, scope, known_by }) => {
    const { rows, mute } = tumen.claimRows({ said, envelope }, measure, scope, known_by);
    const claims = rows.filter((row) => row.part === "claim");
    const day = known_by ? ` could be cited on ${known_by}` : "";
    const aside = mute ? `; ${mute} more give no number` : "";
    count.textContent = `${tumen.counted(claims.length, "figure")}${day}${aside}. Arrows: no end there. Hollow: replaced by its estimator. Band: the range of current figures.`;
    const label = `${tumen.spaced(measure)}: ${claims.length} figures; the table below lists them.`;
    await tumen.draw(chart, "series", { rows }, label, (row) => row.estimate_id && tumen.open(row.estimate_id));
    await tumen.grid(list, "figures", columns, table(claims));
  };
  root.append(
    tumen.filters(fields, chosen, (next) => (set(next), update(next))),
    count,
    chart,
    list,
  );
  await update(chosen);
};

function table(claims) {
  return claims.map((row) => {
    const [kind, scope] = row.panel.split(/: (.*)/);
    return [
      row.day,
      tumen.cell(row.estimate_id, row.estimate_id),
      row.estimator,
      tumen.spaced(row.figure),
      kind,
      scope,
      row.known_since ?? "",
      row.superseded ? "yes" : "",
    ];
  });
}
