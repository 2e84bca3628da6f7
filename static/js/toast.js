/* Messages: those that may leave do so after ten seconds of not being pointed at or focused; every one can be dismissed.
 *
 * [data-note]         a message (templates/components/toast.html), present at load or added by htmx
 * [data-note-leaves]  it leaves by itself
 * [data-note-close]   its dismiss button
 * [data-note-undo]    its undo form; the message goes once undo is sent
 *
 * window.Downstream.note(text) shows a failure in the shape of #failure-note.
 */
(function () {
  "use strict";
  const STAY = 10000;

  function startLeaving(note) {
    let left = STAY;
    let since = 0;
    let timer = 0;
    function run() {
      if (timer) return;
      since = Date.now();
      timer = window.setTimeout(() => note.remove(), left);
    }
    function pause() {
      if (!timer) return;
      window.clearTimeout(timer);
      timer = 0;
      left -= Date.now() - since;
    }
    function resume() {
      if (!note.matches(":hover") && !note.contains(document.activeElement)) run();
    }
    note.addEventListener("pointerenter", pause);
    note.addEventListener("focusin", pause);
    note.addEventListener("pointerleave", resume);
    note.addEventListener("focusout", () => window.setTimeout(resume));
    run();
  }

  function adopt(root) {
    const notes = root.matches && root.matches("[data-note]") ? [root] : root.querySelectorAll("[data-note]");
    notes.forEach((note) => {
      if (note.dataset.noteAdopted) return;
      note.dataset.noteAdopted = "true";
      if (note.hasAttribute("data-note-leaves")) startLeaving(note);
    });
  }

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-note-close]");
    if (close) close.closest("[data-note]").remove();
  });

  // htmx: once undo has been answered, its message has served. (A plain form leaves the page anyway.)
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest ? event.target.closest("[data-note-undo]") : null;
    if (form && event.detail.successful) form.closest("[data-note]").remove();
  });

  const region = document.getElementById("toasts");
  new MutationObserver((changes) => {
    changes.forEach((change) => {
      change.addedNodes.forEach((node) => {
        if (node.nodeType === Node.ELEMENT_NODE) adopt(node);
      });
    });
  }).observe(region, { childList: true, subtree: true });
  adopt(region);

  window.Downstream = window.Downstream || {};
  window.Downstream.note = function (text) {
    const note = document.getElementById("failure-note").content.firstElementChild.cloneNode(true);
    note.querySelector(".note-text").textContent = text;
    // The same failure twice is one message.
    region.querySelectorAll(".note-error .note-text").forEach((old) => {
      if (old.textContent === text) old.closest("[data-note]").remove();
    });
    region.append(note);
  };
})();
