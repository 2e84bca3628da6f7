/* quadrant: two shares across each other, a point for each of several, and four fields named by what both sides say. The
 * names stand in a column beside the picture, none upon another, each with a line to its point. */
(function () {
  "use strict";
  window.Downstream = window.Downstream || {};
  Downstream.charts = Downstream.charts || {};

  Downstream.charts.quadrant = function (data, page) {
    const narrow = page.width < 620;
    const step = narrow ? 15 : 17;
    const height = Math.max(narrow ? 360 : 420, data.points.length * step + 96);
    page.setHeight(height);
    const gutter = narrow ? 112 : 196;
    const place = { left: 52, right: gutter, top: 28, bottom: 52 };
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
    // Each name as high as its point, or as near below as there is room; those of one height from the right to the left.
    const heights = {};
    const order = data.points.map((point, index) => ({ point, index })).sort((a, b) => b.point.y - a.point.y || b.point.x - a.point.x);
    let next = place.top;
    order.forEach(({ point, index }) => {
      const own = place.top + (1 - point.y / top) * (height - place.top - place.bottom);
      heights[index] = Math.max(own, next);
      next = heights[index] + step;
    });
    let last = height - place.bottom;
    order.reverse().forEach(({ index }) => {
      heights[index] = Math.min(heights[index], last);
      last = heights[index] - step;
    });
    return {
      grid: place,
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
          data: data.points.map((point) => ({
            value: [point.x, point.y],
            item: point,
            itemStyle: { color: page.token(`${point.tone}-fill`), borderColor: page.token("paper"), borderWidth: 2, opacity: 1 },
          })),
          label: {
            show: true,
            formatter: (params) => params.data.item.label,
            color: page.token("ink"),
            fontSize: narrow ? 11 : 12,
            width: gutter - 28,
            padding: [0, 0, 0, 6],
            overflow: "truncate",
          },
          labelLine: { show: true, lineStyle: { color: page.token("line-strong"), width: 1 } },
          labelLayout: ({ dataIndex, rect }) => {
            const x = page.width - gutter + 24;
            const y = heights[dataIndex];
            const from = [rect.x + rect.width, rect.y + rect.height / 2];
            return { x, y, align: "left", verticalAlign: "middle", labelLinePoints: [from, [x - 14, y], [x - 4, y]] };
          },
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
