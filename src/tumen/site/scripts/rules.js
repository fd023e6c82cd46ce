// Every rule for records, with a failing example and the fixed one.

const block = (title, text) =>
  text ? [tumen.h("p", {}, title), tumen.h("pre", { tabindex: 0, role: "region", "aria-label": title }, text)] : [];

tumen.views.rules = async function (root, values, set, [code]) {
  const [{ rules }] = await tumen.need("rules");
  for (const rule of rules) {
    const example = [block(`${rule.file} that breaks the rule`, rule.failing), block("Findings", rule.findings), block("Fixed", rule.fixed)].flat();
    const details = rule.file
      ? tumen.h("details", { open: rule.code === code }, tumen.h("summary", {}, `Example of ${rule.code}`), example)
      : null;
    root.append(
      tumen.h(
        "section",
        { id: `rule-${rule.code}`, class: "rule" },
        tumen.h("h2", {}, tumen.h("a", { href: `#/rules/${rule.code}` }, rule.code), `: ${rule.title}`),
        tumen.h("p", {}, tumen.h("strong", {}, rule.severity === "error" ? "Error. " : "Warning. "), rule.why),
        tumen.h("p", {}, tumen.h("strong", {}, "Remedy: "), rule.remedy),
        details,
      ),
    );
  }
  if (code) root.querySelector(`#rule-${CSS.escape(code)}`)?.scrollIntoView();
};
