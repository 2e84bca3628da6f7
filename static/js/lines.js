/* A form of several lines (templates/supplychain/_call_answer_form.html).
 *
 * [data-lines]         holds the rest; data-lines-most: so many lines at the most
 * [data-lines-list]    the lines, each a [data-line]
 * [data-lines-blank]   a template of an empty line; `__n__` in its ids becomes a number
 * [data-lines-add]     adds a line and puts the focus in it
 * [data-lines-remove]  takes its line away (css/calls.css shows none on a single line)
 */
(function () {
  "use strict";
  const WITH_IDS = ["id", "for", "aria-describedby"];
  let made = 0;

  function linesOf(box) {
    return box.querySelectorAll("[data-lines-list] > [data-line]");
  }

  function settle(box) {
    box.querySelector("[data-lines-add]").hidden = linesOf(box).length >= Number(box.dataset.linesMost);
  }

  function add(box) {
    const line = box.querySelector("[data-lines-blank]").content.firstElementChild.cloneNode(true);
    made += 1;
    line.querySelectorAll("*").forEach((node) => {
      WITH_IDS.filter((name) => node.hasAttribute(name)).forEach((name) => {
        node.setAttribute(name, node.getAttribute(name).replaceAll("__n__", "new" + made));
      });
    });
    box.querySelector("[data-lines-list]").append(line);
    if (window.htmx) window.htmx.process(line);
    settle(box);
    line.querySelector("input").focus();
  }

  function remove(box, line) {
    const next = line.nextElementSibling || line.previousElementSibling;
    line.remove();
    settle(box);
    next.querySelector("input").focus();
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-lines]");
    if (!box) return;
    if (event.target.closest("[data-lines-add]")) add(box);
    else if (event.target.closest("[data-lines-remove]")) remove(box, event.target.closest("[data-line]"));
  });
})();
