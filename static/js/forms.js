/* Small behaviours of forms.
 *
 * form[data-autosubmit]  sends itself when a choice changes (its button carries class no-js-only)
 * form[data-once]        shows at once which button was pressed, and is not sent twice while the answer is on its way
 */
(function () {
  "use strict";

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-autosubmit") && !event.target.matches("input[type=text], input[type=search]")) {
      form.requestSubmit();
    }
  });

  function release(form) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    form.querySelectorAll(".is-pressed").forEach((button) => button.classList.remove("is-pressed"));
  }

  // In the capture phase, before htmx takes the event.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.hasAttribute("data-once")) return;
      if (form.dataset.sent) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      form.dataset.sent = "true";
      form.setAttribute("aria-busy", "true");
      if (event.submitter) event.submitter.classList.add("is-pressed");
    },
    true,
  );

  // A failed request gives the buttons back; so does coming back to the page by the browser's own button.
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target;
    if (form instanceof HTMLFormElement && form.hasAttribute("data-once")) release(form);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
})();
