/* Cards one rates with (templates/surveys/_card.html).
 *
 * [data-say]   in an answer of htmx: read out to people who do not see it
 * [data-undo]  an undo form: prominent for ten seconds, then quiet; gone once the server would refuse it (a minute)
 */
(function () {
  "use strict";
  const PROMINENT = 10000;
  const POSSIBLE = 60000;

  const voice = document.createElement("div");
  voice.className = "visually-hidden";
  voice.setAttribute("role", "status");
  voice.setAttribute("aria-live", "polite");
  document.body.append(voice);

  function settle(form) {
    form.classList.add("is-fresh");
    window.setTimeout(() => form.classList.remove("is-fresh"), PROMINENT);
    window.setTimeout(() => {
      // Whoever stands on the button keeps it: the server then says in words that it is too late.
      if (!form.contains(document.activeElement)) form.remove();
    }, POSSIBLE);
  }

  function adopt(root) {
    root.querySelectorAll("form[data-undo]:not(.is-fresh)").forEach(settle);
  }

  adopt(document);
  document.addEventListener("htmx:load", (event) => {
    const card = event.detail.elt;
    if (card === document.body) return;
    adopt(card);
    // What the whole card says comes before what a part of it says.
    const speaker = card.matches("[data-say]") ? card : card.querySelector("[data-say]");
    if (speaker) voice.textContent = speaker.dataset.say;
  });
})();
