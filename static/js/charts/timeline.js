/* timeline: a row for each objective, a bar from its first day to the day it is due, a line for today. What was judged is
 * filled in the tone of its verdict, what runs is an outline; its words stand in the tooltip and in the table twin. */
(function () {
  "use strict";
  window.Downstream = window.Downstream || {};
  Downstream.charts = Downstream.charts || {};

  Downstream.charts.timeline = function (data, page) {
    const rows = data.rows;
    const narrow = page.width < 620;
    page.setHeight(rows.length * 30 + 64);
    const colourOf = (row) => page.token(row.tone ? `${row.tone}-fill` : "line-strong");

    function bar(params, api) {
      const row = rows[params.dataIndex];
      const [x1, y] = api.coord([row.start, params.dataIndex]);
      const x2 = api.coord([row.end, params.dataIndex])[0];
      const shape = { x: x1, y: y - 6, width: Math.max(x2 - x1, 6), height: 12, r: 3 };
      const left = params.coordSys.x;
      const cut = Math.max(shape.x, left);
      shape.width = Math.max(shape.x + shape.width - cut, 6);
      shape.x = cut;
      const style = { fill: row.tone ? colourOf(row) : page.token("sunken"), stroke: colourOf(row), lineWidth: 1.5 };
      return { type: "rect", shape, style };
    }

    return {
      grid: { left: narrow ? 112 : 260, right: 16, top: 28, bottom: 28 },
      tooltip: Object.assign({}, page.tooltip, {
        trigger: "item",
        formatter: (params) => {
          const item = params.data && params.data.item;
          return item ? [item.label, item.department, item.words, `${page.words.due}  ${item.due}`].join("\n") : "";
        },
      }),
      xAxis: {
        type: "time",
        min: data.first,
        max: data.last,
        splitNumber: narrow ? 3 : 8,
        axisLabel: { color: page.token("ink-soft"), fontSize: 12, hideOverlap: true, formatter: narrow ? "{M}" : "{yyyy}-{MM}" },
        splitLine: Object.assign({ show: true }, page.line()),
        axisLine: page.line("line-strong"),
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: rows.map((row) => row.label),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: page.token("ink"), fontSize: 12, width: narrow ? 100 : 244, overflow: "truncate", interval: 0 },
      },
      series: [
        {
          type: "custom",
          renderItem: bar,
          encode: { x: [0, 1], y: 2 },
          data: rows.map((row, index) => ({ value: [row.start, row.end, index], item: row })),
          markLine: {
            silent: true,
            symbol: "none",
            data: data.today >= data.first && data.today <= data.last ? [{ xAxis: data.today }] : [],
            lineStyle: { color: page.token("ink"), type: "solid", width: 1 },
            label: { position: "start", formatter: page.words.today, color: page.token("ink-soft"), fontSize: 12 },
          },
        },
      ],
    };
  };
})();
