// Filters: labelled controls whose values are in the URL, so that a view can be sent as a link.

function options(field, value) {
  const all = [["", field.all ?? "all"], ...field.options];
  return all.map(([code, text]) => tumen.h("option", { value: code, selected: code === (value ?? "") }, text));
}

const DAY = 86400000;
const iso = (number) => new Date(number * DAY).toISOString().slice(0, 10);
const number = (day) => Math.round(Date.parse(day) / DAY);

/** Whether a text is a day of the calendar; browsers take the 30th of February for a day of March. */
tumen.isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(number(text)) && iso(number(text)) === text;

/** Return an input for a day as the dataset writes it, YYYY-MM-DD; what is no day is marked and not taken. */
function dayInput(attributes, changed) {
  const input = tumen.h("input", {
    type: "text",
    inputmode: "numeric",
    size: 10,
    maxlength: 10,
    placeholder: "YYYY-MM-DD",
    autocomplete: "off",
    ...attributes,
  });
  input.addEventListener("change", () => {
    const wrong = input.value !== "" && !tumen.isDay(input.value);
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (!wrong) changed();
  });
  return input;
}

function control(field, value, changed) {
  const { name } = field;
  const id = `filter-${name}`;
  const input =
    field.type === "select"
      ? tumen.h("select", { id, name, change: changed }, field.required ? options(field, value).slice(1) : options(field, value))
      : dayInput({ id, name, value: value ?? "" }, changed);
  return tumen.h("p", { class: "field" }, tumen.h("label", { for: id }, field.label), input);
}

/** Return a form of filters; `changed` gets the values that are set. */
tumen.filters = function (fields, values, changed) {
  const form = tumen.h("form", { class: "filters", "aria-label": "Filters", submit: (event) => event.preventDefault() });
  const notify = () => changed(Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== "")));
  form.append(
    ...fields.map((field) =>
      field.type === "known_by" ? knownBy(values[field.name], field, notify) : control(field, values[field.name], notify),
    ),
  );
  return form;
};

/** Return the slider of the date of the view: as known on a day, or as published. */
function knownBy(value, { first, last }, notify) {
  const day = dayInput({ id: "filter-known_by", name: "known_by", value: value ?? "" }, () => set(day.value));
  const slider = tumen.h("input", {
    id: "known_by-slider",
    type: "range",
    min: number(first),
    max: number(last),
    value: number(value ?? last),
  });
  const speak = () => slider.setAttribute("aria-valuetext", day.value || "as published");
  const set = (chosen) => {
    day.value = chosen;
    slider.value = number(chosen || last);
    speak();
    notify();
  };
  let waiting;
  slider.addEventListener("input", () => {
    day.value = iso(Number(slider.value));
    speak();
    clearTimeout(waiting);
    waiting = setTimeout(notify, 80);
  });
  speak();
  return tumen.h(
    "fieldset",
    { class: "known-by" },
    tumen.h("legend", {}, "As known on"),
    tumen.h("label", { for: "known_by-slider", class: "unseen" }, "As known on, slider"),
    slider,
    tumen.h("label", { for: "filter-known_by", class: "unseen" }, "As known on, day"),
    day,
    tumen.h("button", { type: "button", class: "quiet", click: () => set("") }, "As published"),
  );
}
