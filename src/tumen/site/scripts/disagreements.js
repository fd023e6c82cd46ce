// Claims that disagree, side by side; and what each document was seen to report of a meeting, as a matrix.

const KINDS = ["figures", "denial", "omission", "source"];
const columns = ["Kind", "Who", "Says", "Against", "Says otherwise", "Why it counts"];

tumen.views.disagreements = async function (root, values, set) {
  const [data] = await tumen.need("pairs", "records");
  const pairs = (data.list ??= tumen.unpacked(data.pairs));
  const measures = [...new Set(pairs.filter((row) => row.measure).map((row) => row.measure))].sort();
  const meetings = tumen.table("meetings").filter((row) => accounts(row.meeting_id).documents.length > 1);
  const chart = tumen.h("div", { class: "chart" });
  const list = tumen.h("div");
  const matrix = tumen.h("div");
  const count = tumen.h("p", { role: "status" });
  const fields = [
    { name: "kind", label: "Kind", type: "select", options: tumen.coded(KINDS) },
    { name: "measure", label: "Measure", type: "select", options: tumen.coded(measures) },
    {
      name: "meeting",
      label: "Accounts of the meeting",
      type: "select",
      all: "choose a meeting",
      options: meetings.map((row) => [row.meeting_id, `${tumen.writtenDay(row.start_date, row.date_precision)} ${row.meeting_id} ${row.summary.slice(0, 60)}`]),
    },
  ];
  const update = async ({ kind, measure, meeting }) => {
    const kept = pairs.filter((row) => (!kind || row.kind === kind) && (!measure || row.measure === measure));
    count.textContent = `${tumen.counted(kept.length, "pair")} of claims that disagree.`;
    matrix.replaceChildren(...(meeting ? [tumen.accounts(meeting)] : []));
    await tumen.draw(
      chart,
      "disagreements",
      { rows: tumen.pairRows(kept) },
      "Who contradicts whom; the table below lists each pair.",
    );
    await tumen.grid(
      list,
      "disagreements",
      columns,
      kept.map((row) => [
        row.kind,
        tumen.cell(row.who ?? row.record_id, row.record_id),
        tumen.spaced(row.says ?? ""),
        tumen.cell(row.other_who ?? row.other_id, row.other_id),
        tumen.spaced(row.other_says ?? ""),
        row.reason,
      ]),
    );
  };
  root.append(
    tumen.filters(fields, values, (chosen) => (set(chosen), update(chosen))),
    matrix,
    count,
    chart,
    list,
  );
  await update(values);
};

function accounts(id) {
  const documents = (tumen.by("citations", "record_id").get(id) ?? []).filter((one) => one.topics !== null);
  return { documents, topics: [...new Set(documents.flatMap((one) => one.topics))].sort() };
}

/** Return what each document was seen to report of a meeting, as a table, or nothing where none was seen to report any. */
tumen.accounts = function (id) {
  const { documents, topics } = accounts(id);
  if (!documents.length) return null;
  const head = tumen.h(
    "tr",
    {},
    tumen.h("th", { scope: "col" }, "Document"),
    topics.map((topic) => tumen.h("th", { scope: "col" }, tumen.spaced(topic))),
  );
  const body = documents.map((one) => {
    const source = tumen.by("sources", "source_id").get(one.source_id);
    const via = one.via_id ? ` via ${tumen.nameOf(one.via_id)}` : "";
    const name = `${tumen.nameOf(source.publisher_id)}${via}, ${tumen.writtenDay(source.published, source.published_precision) || "undated"}`;
    return tumen.h(
      "tr",
      {},
      tumen.h("th", { scope: "row" }, tumen.inside(one.source_id, name)),
      topics.map((topic) => mark(one.topics.includes(topic))),
    );
  });
  const key = tumen.h("caption", {}, "● reported, ○ not seen in this document: most were read in part");
  const table = tumen.h("table", { class: "matrix" }, key, tumen.h("thead", {}, head), tumen.h("tbody", {}, body));
  return tumen.h(
    "section",
    {},
    tumen.h("h2", {}, "Who reported what of ", tumen.inside(id)),
    tumen.h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Accounts of ${id}` }, table),
  );
};

const mark = (reported) =>
  tumen.h(
    "td",
    { class: reported ? "reported" : "not-seen" },
    tumen.h("span", { "aria-hidden": "true" }, reported ? "●" : "○"),
    tumen.h("span", { class: "unseen" }, reported ? "reported" : "not seen"),
  );
