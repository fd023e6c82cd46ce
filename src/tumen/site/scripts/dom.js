// Elements from data: strings become text nodes, never markup, so that no record can inject anything.

const HANGUL = /[\uac00-\ud7a3\u1100-\u11ff]/;
const CYRILLIC = /[\u0400-\u04ff]/;

/** Return an element; a function as attribute is a listener, `null` and `false` leave an attribute or a child out. */
tumen.h = function (tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

/** The views by name; each script of a view adds its own. */
tumen.views = {};

/** Return a part of a page under a heading. */
tumen.section = (title, ...children) => tumen.h("section", {}, tumen.h("h2", {}, title), children);

/** Return the language of a text that is written in Hangul or Cyrillic, for voices and fonts. */
tumen.languageOf = (text) => (HANGUL.test(text) ? "ko" : CYRILLIC.test(text) ? "ru" : null);

/** Return a text in a span that says its language. */
tumen.spoken = (text, language) => tumen.h("span", { lang: language ?? tumen.languageOf(text) }, text);

/** Return a link out of the site, or the mere text where the address is not http or https. */
tumen.outside = function (address, text, language) {
  const shown = tumen.spoken(text, language);
  if (!/^https?:\/\//i.test(address)) return shown;
  return tumen.h("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, shown);
};

/** Return a link to a record of the site, by the words it is known under. */
tumen.inside = (id, text, table) => tumen.h("a", { href: tumen.address(id, table) }, tumen.spoken(text ?? id));

/** Return a code as words, a number with its thousands, a list with commas. */
tumen.words = function (value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return value.toLocaleString("en", { maximumFractionDigits: 6 });
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.map(tumen.words).join(", ") : String(value);
};

/** Return how many there are in words. */
tumen.counted = (number, what) => `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;

tumen.spaced = (code) => String(code).replaceAll("_", " ");

const DATED = ["start_date", "end_date", "launch_date"];
const LENGTH = { month: 7, year: 4 };

/** Return how precisely a date of a row is known, or nothing for a column that is always a day. */
tumen.precisionOf = (row, column) => row[`${column}_precision`] ?? (DATED.includes(column) ? row.date_precision : null);

/** Return a date no more precise than it is known, as `tumen.as_known_on.written_day` does. */
tumen.writtenDay = function (day, precision) {
  if (day === null) return "";
  return `${precision === "on_or_before" ? "on or before " : ""}${day.slice(0, LENGTH[precision] ?? 10)}`;
};
