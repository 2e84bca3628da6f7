/* Charts: finds every [data-chart], reads its data, and draws it by the builder of its kind (js/charts/<kind>.js).
 *
 * The markup is templates/components/chart.html: data-chart is the kind, data-chart-source the id of a json_script, and
 * data-word-* the words in the reader's language. Shares are between 0 and 1; labels come localized; `url` opens what
 * lies behind a mark. What is unknown is null or left out, never 0. Whatever has n may have "held_back": true.
 *
 * trend    {"points": [{"label", "rate", "low", "high", "n", "not_good", "url", "without": {"rate", "n", "marked"} | null,
 *                       "signals": ["unusually low", ...]}],
 *           "mean": 0.91 | null, "limits": [{"low", "high"} | null, ...]}      without, signals, mean and limits are optional; one limit a point
 * matrix   {"suppliers": ["Finance", ...], "customers": ["Service", ...],
 *           "cells": [{"supplier": 0, "customer": 1, "rate", "low", "high", "n", "not_good", "difference": -0.03,
 *                      "now": {"n", "not_good"}, "url"}],
 *           "mean": 0.91, "now": "This month"}        supplier and customer are indexes; now is the period, and what it is called
 * graph    {"nodes": [{"id", "name", "weight", "url"}],
 *           "links": [{"source", "target", "flow", "items": ["Reimbursement", ...], "url"}]}   one a pair and flow
 * ranking  {"rows": [{"label", "rate", "low", "high", "n", "tone", "url"}], "mean": 0.91 | null}     top first; tone optional
 * timeline {"first", "last", "today": "2026-03-02",
 *           "rows": [{"label", "department", "start", "end", "due", "tone", "words", "url"}]}    ISO days; top first
 * quadrant {"x", "y": names of the axes, "border": 0.8, "fields": {"both", "superior_only", "customers_only", "neither"},
 *           "points": [{"label", "x", "y": shares, "n", "months", "tone", "words", "url"}]}
 *
 * A builder is a function (data, page) => ECharts option, registered as Downstream.charts[kind]; `page` is made below.
 * Colours are the design tokens, read anew when the theme changes. Tooltips are drawn on the canvas ("richText"): the
 * content security policy allows no inline styles.
 */
(function () {
  "use strict";
  const NO_BREAK_SPACE = "\u00a0";
  const FEW = 5;
  const drawn = new Map();

  function percentNumber(value) {
    const percent = value * 100;
    // Only what is all or nothing reads 100 or 0 (as in config/templatetags/shell.py).
    if (percent >= 99.5 && percent < 100) return String(Math.floor(percent * 10) / 10);
    if (percent > 0 && percent < 0.5) return String(Math.max(Math.round(percent * 10) / 10, 0.1));
    return String(Math.floor(percent + 0.5));
  }

  /* What a builder needs to know of the page: tokens, words, width, and how figures read. */
  function describe(element) {
    const style = getComputedStyle(document.documentElement);
    const chinese = document.documentElement.lang.startsWith("zh");
    const sign = chinese ? "%" : NO_BREAK_SPACE + "%";
    const words = {};
    Object.keys(element.dataset).forEach((key) => {
      if (key.startsWith("word")) words[key[4].toLowerCase() + key.slice(5)] = element.dataset[key];
    });
    const page = {
      element,
      words,
      width: element.clientWidth,
      chinese,
      few: FEW,
      token: (name) => style.getPropertyValue("--" + name).trim(),
      percent: (value) => (value === null || value === undefined ? "–" : percentNumber(value) + sign),
      interval(item) {
        if (item.low === null || item.low === undefined || item.high === null || item.high === undefined) return "";
        const low = percentNumber(item.low);
        const high = percentNumber(item.high);
        return chinese ? `${low}%–${high}%` : `${low}–${high}${NO_BREAK_SPACE}%`;
      },
      /* The lines of a tooltip about a figure. */
      figure(item) {
        if (!item.n) return [words.none];
        const lines = [`${words.rate}  ${page.percent(item.rate)}`];
        if (page.interval(item)) lines.push(`${words.interval}  ${page.interval(item)}`);
        lines.push(`${words.n}  ${item.n}`);
        if (item.not_good) lines.push(`${words.notGood}  ${item.not_good}`);
        if (item.held_back) lines.push(words.heldBack);
        return lines;
      },
      /* The lower end of an axis of shares: a round number below what is well known; small numbers reach further down
       * than the picture does, and are clipped. */
      floor(items) {
        const known = items.filter((item) => item.n && item.rate !== null);
        const lows = known.map((item) => (item.n < FEW || !page.interval(item) ? item.rate : item.low));
        return lows.length ? Math.max(0, Math.min(0.8, Math.floor(Math.min(...lows) * 10) / 10)) : 0;
      },
      setHeight(pixels) {
        element.style.height = `${pixels}px`;
      },
    };
    page.text = {
      color: page.token("ink-soft"),
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: 13,
    };
    page.tooltip = {
      renderMode: "richText",
      confine: true,
      backgroundColor: page.token("action"),
      borderWidth: 0,
      padding: [8, 12],
      textStyle: { color: page.token("on-action"), fontFamily: page.text.fontFamily, fontSize: 13, lineHeight: 20 },
    };
    page.line = (name = "line") => ({ lineStyle: { color: page.token(name) } });
    return page;
  }

  function paint(element) {
    const entry = drawn.get(element);
    const page = describe(element);
    const option = Downstream.charts[entry.kind](entry.data, page, entry.state);
    entry.chart.resize();
    entry.chart.setOption(
      Object.assign(
        {
          // Only the first picture moves: a repaint (new width, other theme, printing) stands at once.
          animation: !entry.painted && !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
          animationDuration: 250,
          textStyle: page.text,
          aria: { enabled: true, label: { description: element.getAttribute("aria-label") } },
        },
        option,
      ),
      { notMerge: true },
    );
    entry.painted = true;
  }

  function draw(element) {
    if (drawn.has(element)) return;
    const source = document.getElementById(element.dataset.chartSource);
    const kind = element.dataset.chart;
    if (!source || !window.echarts || !Downstream.charts[kind]) return;
    const chart = window.echarts.init(element, null, { renderer: "canvas" });
    const entry = { chart, kind, data: JSON.parse(source.textContent), state: { hidden: new Set() }, width: 0 };
    drawn.set(element, entry);
    // Where nothing hovers (a phone), the first tap shows what a mark says and the second opens it.
    chart.on("click", (params) => {
      const item = (params.data && params.data.item) || null;
      if (!item || !item.url) return;
      if (window.matchMedia("(hover: none)").matches && entry.tapped !== item) {
        entry.tapped = item;
        return;
      }
      window.location.assign(item.url);
    });
    new ResizeObserver(() => {
      if (element.clientWidth === entry.width || !element.clientWidth) return;
      entry.width = element.clientWidth;
      paint(element);
    }).observe(element);

    const figure = element.closest("figure");
    if (!figure) return;
    figure.querySelectorAll("[data-chart-flow]").forEach((button) => {
      button.addEventListener("click", () => {
        const shown = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(shown));
        entry.state.hidden[shown ? "delete" : "add"](button.dataset.chartFlow);
        paint(element);
      });
    });
  }

  function adopt(root) {
    drawn.forEach((entry, element) => {
      if (!element.isConnected) {
        entry.chart.dispose();
        drawn.delete(element);
      }
    });
    root.querySelectorAll("[data-chart]").forEach(draw);
  }

  adopt(document);
  document.addEventListener("htmx:load", () => adopt(document));
  document.addEventListener("themechange", () => drawn.forEach((_entry, element) => paint(element)));
})();
