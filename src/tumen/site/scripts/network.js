// Who met whom across the two sides.

const columns = ["One", "Other", "Meetings", "First", "Last", "Highest level"];

tumen.views.network = async function (root, values, set) {
  const [, release] = await tumen.need("records", "release");
  const chart = tumen.h("div", { class: "chart" });
  const list = tumen.h("div");
  const count = tumen.h("p", { role: "status" });
  const update = async ({ known_by }) => {
    const { links, nodes, all } = tumen.networkRows(known_by);
    const left = all.length - links.length;
    count.textContent = `${tumen.counted(all.length, "pair")} who met${known_by ? ` as could be cited on ${known_by}` : ""}${left ? `; the chart draws ${links.length}, the table lists all` : ""}.`;
    await tumen.draw(
      chart,
      "network",
      { links, nodes },
      "Who met whom; the table below lists every pair.",
      (row) => row.actor_id && tumen.open(row.actor_id),
    );
    await tumen.grid(
      list,
      "pairs who met",
      columns,
      all.map((edge) => [
        tumen.cell(tumen.nameOf(edge.source), edge.source),
        tumen.cell(tumen.nameOf(edge.target), edge.target),
        edge.meetings,
        edge.first,
        edge.last,
        tumen.spaced(edge.level),
      ]),
    );
  };
  root.append(
    tumen.filters([tumen.knownByField(tumen.table("meetings"), release)], values, (chosen) => (set(chosen), update(chosen))),
    count,
    chart,
    list,
  );
  await update(values);
};
