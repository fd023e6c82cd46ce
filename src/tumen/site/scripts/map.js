// Where it took place.

const columns = ["Place", "Records"];

tumen.views.map = async function (root, values, set) {
  const [{ events, anchors }, world, release] = await tumen.need("timeline", "world", "release", "records");
  const chart = tumen.h("div", { class: "chart" });
  const list = tumen.h("div");
  const count = tumen.h("p", { role: "status" });
  const lanes = [...new Set(events.map((row) => row.table))].sort();
  const fields = [{ name: "table", label: "Lane", type: "select", options: tumen.coded(lanes) }, tumen.knownByField(events, release)];
  const update = async (chosen) => {
    const kept = tumen.events(events, chosen);
    const { rows, lost } = tumen.placeRows(kept, anchors);
    count.textContent = `${tumen.counted(kept.length - lost, "record")} by place; ${lost} more name no place that can be drawn. Outlines: Natural Earth, where a place is, not what a border is.`;
    await tumen.draw(
      chart,
      "map",
      { rows, world },
      "Map of places; the table below lists them.",
      (row) => row.place_id && tumen.open(row.place_id, "places"),
    );
    await tumen.grid(
      list,
      "places",
      columns,
      rows.map((row) => [tumen.cell(row.name, row.place_id, "places"), row.records]),
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
