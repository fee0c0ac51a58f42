// An input for each property of a type of datasets, as its data type wants it.

import { element, field } from "./elements.js";

const HINTS = {
  SAMPLE: "The identifier or permId of an Object.",
  MATERIAL: "The code and the type of a material.",
  XML: "XML.",
  JSON: "JSON.",
};

/** The inputs of a type: `{ code, field, value }` each, in the order of openBIS, with headings for its sections. */
export function properties(type) {
  const assigned = [...type.propertyAssignments].sort((one, other) => (one.ordinal ?? 0) - (other.ordinal ?? 0));
  return assigned.map(property);
}

function property({ code, label, description, dataType, mandatory, section, terms = [] }) {
  const { input, value } = (MAKERS[dataType] ?? text)(terms ?? [], dataType);
  const helps = [description, HINTS[dataType], dataType?.startsWith("ARRAY_") ? "Values, apart by commas." : ""].filter((one) => one && one !== label);
  const made = field(label || code, input, { hint: helps.join(" "), required: mandatory });
  made.node.title = code;
  return { code, section: section ?? "", mandatory, field: made, value };
}

/** An input and how its value is read; null stands for none. */
function text(_, dataType) {
  const input = element("input", { type: "text", spellcheck: false });
  const list = () => input.value.split(",").map((one) => one.trim()).filter(Boolean);
  const convert = { ARRAY_INTEGER: Number, ARRAY_REAL: Number }[dataType] ?? String;
  const value = () => (dataType?.startsWith("ARRAY_") ? list().map(convert) : input.value);
  return { input, value: () => (input.value.trim() ? value() : null) };
}

function number(step) {
  return () => {
    const input = element("input", { type: "number", step });
    return { input, value: () => (input.value === "" ? null : Number(input.value)) };
  };
}

function long() {
  const input = element("textarea", { rows: 3 });
  return { input, value: () => (input.value.trim() ? input.value : null) };
}

function link() {
  const input = element("input", { type: "url", placeholder: "https://" });
  return { input, value: () => input.value.trim() || null };
}

function select(options) {
  const input = element("select", {}, element("option", { value: "", textContent: "—" }), options.map(([value, label]) => element("option", { value, textContent: label })));
  return input;
}

function yesOrNo() {
  const input = select([["true", "Yes"], ["false", "No"]]);
  return { input, value: () => (input.value ? input.value === "true" : null) };
}

function vocabulary(terms) {
  const sorted = [...terms].sort((one, other) => (one.ordinal ?? 0) - (other.ordinal ?? 0));
  const input = select(sorted.map((term) => [term.code, term.label || term.code]));
  return { input, value: () => input.value || null };
}

function date() {
  const input = element("input", { type: "date" });
  return { input, value: () => input.value || null };
}

function moment() {
  const input = element("input", { type: "datetime-local", step: 1 });
  // openBIS wants “2026-11-22 14:30:00”.
  return { input, value: () => (input.value ? `${input.value.replace("T", " ")}${input.value.length === 16 ? ":00" : ""}` : null) };
}

const MAKERS = {
  INTEGER: number("1"),
  REAL: number("any"),
  MULTILINE_VARCHAR: long,
  XML: long,
  JSON: long,
  HYPERLINK: link,
  BOOLEAN: yesOrNo,
  CONTROLLEDVOCABULARY: vocabulary,
  DATE: date,
  TIMESTAMP: moment,
};
