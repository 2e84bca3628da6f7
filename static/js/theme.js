/* Before the first paint: say that scripts run, and follow the system's theme, also when it changes. Paper is light. */
(function () {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function set(theme) {
    root.dataset.bsTheme = theme;
    document.dispatchEvent(new CustomEvent("themechange"));
  }
  function follow() {
    set(dark.matches ? "dark" : "light");
  }
  root.classList.add("js");
  follow();
  dark.addEventListener("change", follow);
  window.addEventListener("beforeprint", () => set("light"));
  window.addEventListener("afterprint", follow);
})();
