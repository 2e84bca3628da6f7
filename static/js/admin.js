/* The administration pages: fields with a search of their own (select2) are named like the fields they stand for. */
(function () {
  "use strict";
  function name(root) {
    for (const select of root.querySelectorAll("select.admin-autocomplete")) {
      const box = select.nextElementSibling;
      const selection = box && box.querySelector(".select2-selection");
      if (!selection) continue;
      const label = select.getAttribute("aria-label") || (select.labels[0] && select.labels[0].textContent) || "";
      selection.removeAttribute("aria-labelledby");
      for (const part of [selection, selection.querySelector("[role=textbox]")]) {
        if (part) part.setAttribute("aria-label", label.replace(/[:\uff1a]\s*$/, "").trim());
      }
    }
  }
  // jQuery calls back in the order of asking: the search boxes, asked for before, are there by then.
  window.addEventListener("load", () => window.django && window.django.jQuery(() => name(document)));
  // A row that is added gets its search box after this event.
  document.addEventListener("formset:added", (event) => setTimeout(() => name(event.target), 0));
})();
