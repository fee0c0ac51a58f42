// Chooses parents: the datasets that the notebook knows, and others by their permIds.

import { button, element, field, tick } from "./elements.js";

/** Boxes for `known` permIds, those in `chosen` ticked. `names` gives what is known of a dataset. */
export function parentPicker(known, chosen, names) {
  const boxes = element("div", { className: "openbis-ticks" });
  const other = field("Another dataset, by its permId", element("input", { type: "text", spellcheck: false, placeholder: "20240101120000000-123" }));
  const wrong = element("p", { className: "openbis-complaint", role: "alert" });
  const none = element("p", { className: "openbis-hint", textContent: "Datasets that you downloaded with this notebook are offered here." });

  function add(permId, isChosen) {
    const there = [...boxes.querySelectorAll("input")].find((box) => box.value === permId);
    if (there) {
      there.checked ||= isChosen;
    } else {
      const one = tick(names(permId), isChosen, { value: permId });
      one.input.onchange = () => (wrong.textContent = "");
      boxes.append(one.node);
    }
    none.hidden = boxes.childElementCount > 0;
  }

  function addOther() {
    const permId = other.input.value.trim();
    if (permId) {
      add(permId, true);
      other.input.value = "";
    }
  }

  other.input.onkeydown = (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      addOther();
    }
  };
  known.forEach((permId) => add(permId, chosen.includes(permId)));
  const node = element("fieldset", {}, element("legend", {}, "Parent datasets"), none, boxes, wrong, element("div", { className: "openbis-beside" }, other.node, button("Add", addOther)));
  return {
    node,
    get permIds() {
      addOther();
      return [...boxes.querySelectorAll("input:checked")].map((box) => box.value);
    },
    complain: (words) => (wrong.textContent = words),
    get wrong() { return wrong.textContent; },
    focus: () => (boxes.querySelector("input") ?? other.input).focus(),
  };
}
