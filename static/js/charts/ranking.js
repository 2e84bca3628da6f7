/* ranking: one row for each of several, the rate as a point, its interval as whiskers, both and n in figures beside it. */
(function () {
  "use strict";
  window.Downstream = window.Downstream || {};
  Downstream.charts = Downstream.charts || {};

  Downstream.charts.ranking = function (data, page) {
    const rows = data.rows;
    const narrow = page.width < 620;
    page.setHeight(rows.length * 40 + 48);
    const floor = page.floor(rows);
    const colourOf = (row) => page.token(row.tone ? `${row.tone}-fill` : "ink");

    function whiskers(_params, api) {
      const index = api.value(0);
      const row = rows[index];
      if (!row.n || row.low === null || row.low === undefined) return null;
      const [x1, y] = api.coord([row.low, index]);
      const x2 = api.coord([row.high, index])[0];
      const stroke = { stroke: colourOf(row), lineWidth: 2, opacity: row.n < page.few ? 0.45 : 1 };
      const line = (ax, ay, bx, by) => ({ type: "line", silent: true, shape: { x1: ax, y1: ay, x2: bx, y2: by }, style: stroke });
      return { type: "group", children: [line(x1, y, x2, y), line(x1, y - 5, x1, y + 5), line(x2, y - 5, x2, y + 5)] };
    }

    return {
      grid: { left: narrow ? 108 : 190, right: narrow ? 84 : 190, top: 8, bottom: 36 },
      tooltip: Object.assign({}, page.tooltip, {
        trigger: "item",
        formatter: (params) => [params.data.item.label].concat(page.figure(params.data.item)).join("\n"),
      }),
      xAxis: {
        type: "value",
        min: floor,
        max: 1,
        splitNumber: narrow ? 2 : 4,
        axisLabel: { color: page.token("ink-soft"), fontSize: 12, formatter: (value) => page.percent(value) },
        splitLine: page.line(),
      },
      yAxis: [
        {
          type: "category",
          inverse: true,
          data: rows.map((row) => row.label),
          axisLine: { show: false },
          axisTick: { show: false },
          axisLabel: { color: page.token("ink"), fontSize: narrow ? 12 : 13, lineHeight: 15, width: narrow ? 96 : 176, overflow: "break", interval: 0 },
        },
        {
          type: "category",
          inverse: true,
          position: "right",
          data: rows.map((row) => {
            if (!row.n) return page.words.none;
            if (row.n < page.few) return `n=${row.n} · ${page.percent(row.rate)}`;
            return narrow ? `${page.percent(row.rate)} · n=${row.n}` : `${page.percent(row.rate)} (${page.interval(row)}) · n=${row.n}`;
          }),
          axisLine: { show: false },
          axisTick: { show: false },
          axisLabel: { color: page.token("ink-soft"), fontSize: 12, interval: 0 },
        },
      ],
      series: [
        { type: "custom", silent: true, clip: true, renderItem: whiskers, data: rows.map((_row, index) => [index, 0]), encode: { x: 1, y: 0 }, tooltip: { show: false }, z: 2 },
        {
          type: "scatter",
          symbolSize: 12,
          z: 3,
          data: rows.map((row, index) => {
            const few = (row.n || 0) < page.few;
            return {
              value: [row.n ? row.rate : null, index],
              item: row,
              itemStyle: {
                color: few ? page.token("paper") : colourOf(row),
                borderColor: few ? colourOf(row) : page.token("paper"),
                borderWidth: 2,
                opacity: 1,
              },
            };
          }),
          markLine:
            data.mean === null || data.mean === undefined
              ? undefined
              : {
                  silent: true,
                  symbol: "none",
                  data: [{ xAxis: data.mean }],
                  lineStyle: { color: page.token("ink-soft"), type: "dotted" },
                  label: { show: false },
                },
        },
      ],
    };
  };
})();
