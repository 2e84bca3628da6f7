/* trend: the satisfied rate by month as a line, its interval as a band, the number of ratings as quiet bars below.
 * A period with a "not good" is an orange diamond, one without a teal dot; hollow with fewer than five ratings. Where
 * ratings came at short notice, the rate without them is a thin dashed line with hollow squares. Dotted lines are the
 * control limits, a thin solid one the mean. A ring marks a month that completes a signal of the control chart. */
(function () {
  "use strict";
  window.Downstream = window.Downstream || {};
  Downstream.charts = Downstream.charts || {};

  Downstream.charts.trend = function (data, page) {
    const points = data.points;
    const limits = data.limits || [];
    const floor = page.floor(points);
    const hasMean = data.mean !== null && data.mean !== undefined;
    const right = hasMean ? 56 : 12;
    const most = Math.max(1, ...points.map((point) => point.n || 0));
    const good = page.token("good-fill");
    const bad = page.token("bad-fill");
    const surface = page.token("paper");

    /* A slice of the band around one point, reaching half way to its neighbours. */
    function band(_params, api) {
      const index = api.value(0);
      const here = points[index];
      if (!here.n || here.low === null || here.low === undefined) return null;
      const reach = api.size([1, 0])[0] / 2;
      const edge = (step) => {
        const next = points[index + step];
        if (!next || !next.n || next.low === null || next.low === undefined) {
          const [x, high] = api.coord([index, here.high]);
          return { x: x + step * Math.min(reach, 8), high, low: api.coord([index, here.low])[1] };
        }
        const [x, high] = api.coord([index, (here.high + next.high) / 2]);
        return { x: x + step * reach, high, low: api.coord([index, (here.low + next.low) / 2])[1] };
      };
      const [x, high] = api.coord([index, here.high]);
      const low = api.coord([index, here.low])[1];
      const left = edge(-1);
      const right = edge(1);
      return {
        type: "polygon",
        silent: true,
        shape: {
          points: [
            [left.x, left.high],
            [x, high],
            [right.x, right.high],
            [right.x, right.low],
            [x, low],
            [left.x, left.low],
          ],
        },
        style: { fill: page.token("neutral-fill"), opacity: 0.16 },
      };
    }

    const limitLine = (bound) => ({
      type: "line",
      step: "middle",
      silent: true,
      symbol: "none",
      data: points.map((_point, index) => (limits[index] ? limits[index][bound] : null)),
      lineStyle: { color: page.token("ink"), type: "dotted", width: 1.5 },
      tooltip: { show: false },
    });

    /* The rate without short notice: it runs along the other one, and has a mark of its own where it may differ. */
    const withoutShort = {
      type: "line",
      silent: true,
      data: points.map((point) => ({
        value: point.without ? point.without.rate : null,
        symbol: point.without && point.without.marked ? "rect" : "none",
        symbolSize: 9,
        itemStyle: { color: surface, borderColor: page.token("ink-soft"), borderWidth: 1.5 },
      })),
      showAllSymbol: true,
      lineStyle: { color: page.token("ink-soft"), type: "dashed", width: 1 },
      z: 2,
    };

    const rings = {
      type: "scatter",
      silent: true,
      symbol: "circle",
      symbolSize: 24,
      data: points.map((point) => (point.signals ? point.rate : null)),
      itemStyle: { color: "transparent", borderColor: page.token("ink"), borderWidth: 1.5 },
      tooltip: { show: false },
      z: 4,
    };

    return {
      grid: [{ left: 48, right, top: 16, bottom: 84 }, { left: 48, right, height: 36, bottom: 28 }],
      tooltip: Object.assign({}, page.tooltip, {
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: page.token("line-strong") } },
        formatter: (params) => {
          const point = points[params[0].dataIndex];
          const lines = [point.label].concat(page.figure(point));
          if (point.without && point.without.marked) {
            lines.push(`${page.words.withoutShort}  ${page.percent(point.without.rate)} (n=${point.without.n})`);
          }
          lines.push(...(point.signals || []));
          if (hasMean) lines.push(`${page.words.meanShort}  ${page.percent(data.mean)}`);
          return lines.join("\n");
        },
      }),
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      xAxis: [0, 1].map((grid) => ({
        type: "category",
        gridIndex: grid,
        data: points.map((point) => point.label),
        axisTick: { show: false },
        axisLine: page.line(),
        axisLabel: { show: grid === 1, color: page.token("ink-soft"), hideOverlap: true, fontSize: 12 },
      })),
      yAxis: [
        {
          type: "value",
          min: floor,
          max: 1,
          splitNumber: 4,
          axisLabel: { color: page.token("ink-soft"), fontSize: 12, formatter: (value) => page.percent(value) },
          splitLine: page.line(),
        },
        {
          type: "value",
          gridIndex: 1,
          min: 0,
          max: most,
          interval: most,
          axisLabel: { color: page.token("ink-soft"), fontSize: 12, formatter: (value) => (value ? `n=${value}` : "") },
          splitLine: { show: false },
        },
      ],
      series: [
        { type: "custom", silent: true, clip: true, renderItem: band, data: points.map((_point, index) => [index, 0]), tooltip: { show: false }, z: 1 },
        ...(limits.length ? [limitLine("low"), limitLine("high")] : []),
        ...(points.some((point) => point.without) ? [withoutShort] : []),
        ...(points.some((point) => point.signals) ? [rings] : []),
        {
          type: "line",
          data: points.map((point) => {
            const few = (point.n || 0) < page.few;
            const colour = point.not_good ? bad : good;
            return {
              value: point.n ? point.rate : null,
              item: point,
              symbol: point.not_good ? "diamond" : "circle",
              symbolSize: point.not_good ? 13 : 9,
              itemStyle: { color: few ? surface : colour, borderColor: few ? colour : surface, borderWidth: 2 },
            };
          }),
          showAllSymbol: true,
          lineStyle: { color: page.token("ink"), width: 2 },
          z: 3,
          markLine: hasMean
            ? {
                silent: true,
                symbol: "none",
                data: [{ yAxis: data.mean }],
                lineStyle: { color: page.token("ink-soft"), type: "solid", width: 1 },
                label: {
                  position: "end",
                  color: page.token("ink-soft"),
                  fontSize: 12,
                  lineHeight: 15,
                  formatter: `${page.words.meanShort}\n${page.percent(data.mean)}`,
                },
              }
            : undefined,
        },
        {
          type: "bar",
          xAxisIndex: 1,
          yAxisIndex: 1,
          barMaxWidth: 22,
          data: points.map((point) => ({ value: point.n || 0, item: point })),
          itemStyle: { color: page.token("line-strong"), opacity: 0.55, borderRadius: [2, 2, 0, 0] },
        },
      ],
    };
  };
})();
