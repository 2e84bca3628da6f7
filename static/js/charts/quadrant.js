/* quadrant: two shares across each other, a point for each of several, and four fields named by what both sides say. */
(function () {
  "use strict";
  window.Downstream = window.Downstream || {};
  Downstream.charts = Downstream.charts || {};

  Downstream.charts.quadrant = function (data, page) {
    const narrow = page.width < 620;
    page.setHeight(narrow ? 340 : 420);
    const xs = data.points.map((point) => point.x);
    // Customers' shares lie close together: the axis begins a step below the lowest, never above the border.
    const left = Math.max(0, Math.min(data.border - 0.1, Math.floor(Math.min(1, ...xs) * 10 - 0.5) / 10));
    // A little room above 100 %: marks and names there stand clear of the fields' names.
    const top = 1.08;
    const share = { type: "value", max: 1, axisLabel: { color: page.token("ink-soft"), fontSize: 12, formatter: (value) => (value > 1 ? "" : page.percent(value)) }, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: page.token("line-strong") } }, nameTextStyle: { color: page.token("ink-soft"), fontSize: 12 } };
    const field = (name, from, to) => [
      { name, coord: from, itemStyle: { color: "transparent" }, label: { color: page.token("ink-soft"), fontSize: 12, position: to.place } },
      { coord: to.coord },
    ];
    const border = data.border;
    // Points on the same spot stand under each other's names: they are nudged by their label's side.
    const seen = {};
    return {
      grid: { left: 52, right: narrow ? 16 : 24, top: 28, bottom: 52 },
      tooltip: Object.assign({}, page.tooltip, {
        trigger: "item",
        formatter: (params) => {
          const point = params.data && params.data.item;
          if (!point) return "";
          return [point.label, point.words, `${data.x}  ${page.percent(point.x)} · n=${point.n}`, `${data.y}  ${page.percent(point.y)} · n=${point.months}`].join("\n");
        },
      }),
      xAxis: Object.assign({}, share, { min: left, name: data.x, nameLocation: "middle", nameGap: 30, splitNumber: narrow ? 3 : 5 }),
      yAxis: Object.assign({}, share, { min: 0, max: top, interval: 0.2, name: data.y, nameLocation: "end", nameGap: 12, nameTextStyle: { color: page.token("ink-soft"), fontSize: 12, align: "left", padding: [0, 0, 0, -44] } }),
      series: [
        {
          type: "scatter",
          symbolSize: 14,
          z: 3,
          data: data.points.map((point) => {
            const spot = `${point.x.toFixed(2)} ${point.y.toFixed(1)}`;
            seen[spot] = (seen[spot] || 0) + 1;
            return {
              value: [point.x, point.y],
              item: point,
              itemStyle: { color: page.token(`${point.tone}-fill`), borderColor: page.token("paper"), borderWidth: 2, opacity: 1 },
              label: { show: true, position: ["right", "left", "top", "bottom"][(seen[spot] - 1) % 4], formatter: point.label, color: page.token("ink"), fontSize: 12 },
            };
          }),
          labelLayout: { hideOverlap: true },
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: page.token("ink-soft"), type: "dotted" },
            data: [{ xAxis: border }, { yAxis: border }],
          },
          markArea: {
            silent: true,
            data: [
              field(data.fields.superior_only, [left, top], { coord: [border, border], place: "insideTopLeft" }),
              field(data.fields.both, [border, top], { coord: [1, border], place: "insideTopRight" }),
              field(data.fields.neither, [left, border], { coord: [border, 0], place: "insideBottomLeft" }),
              field(data.fields.customers_only, [border, border], { coord: [1, 0], place: "insideBottomRight" }),
            ],
          },
        },
      ],
    };
  };
})();
