/* When htmx cannot get an answer, or gets an error, say so in the reader's language (words: #failure-note). */
(function () {
  "use strict";
  function say(key) {
    const words = document.getElementById("failure-note").dataset;
    window.Downstream.note(words[key] || words.other);
  }
  document.addEventListener("htmx:sendError", () => say("offline"));
  document.addEventListener("htmx:timeout", () => say("timeout"));
  document.addEventListener("htmx:responseError", (event) => say(String(event.detail.xhr.status)));
})();
