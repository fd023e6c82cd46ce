// The overview stands in index.html; here is the citation that can be copied.

tumen.views = {};

/** Return a text to cite with a button that copies it. */
tumen.copied = function (label, text) {
  const told = tumen.h("span", { role: "status", class: "told" });
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    told.textContent = "copied";
  };
  const button = navigator.clipboard ? tumen.h("button", { type: "button", class: "quiet", click: copy }, `Copy ${label}`) : null;
  return tumen.h("div", { class: "cite" }, tumen.h("pre", { tabindex: 0, role: "region", "aria-label": label }, text), button, told);
};
