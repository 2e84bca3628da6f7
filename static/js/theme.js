/* Before the first paint: say that scripts run, and follow the system's theme, also when it changes. */
(function () {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() {
    root.dataset.bsTheme = dark.matches ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("themechange"));
  }
  root.classList.add("js");
  follow();
  dark.addEventListener("change", follow);
})();
