/* matrix: suppliers down, customers across; a cell's colour is its distance from the store's mean (orange below, grey at
 * it, teal above), its text the rate and n. Cells too small for text carry + or − instead, so that colour never
 * speaks alone. A cell that one "not good" of the period denies "satisfied" carries the trend's diamond as well. */
(function () {
  "use strict";
  window.Downstream = window.Downstream || {};
  Downstream.charts = Downstream.charts || {};
  const FULL = 0.12; // a distance from the mean of this many per cent points (or more) has the full colour
  const EVEN = 0.015; // under this distance a cell counts as at the mean

  function channels(colour) {
    const hex = colour.replace("#", "");
    return [0, 2, 4].map((start) => parseInt(hex.slice(start, start + 2), 16));
  }

  function mix(from, to, share) {
    const a = channels(from);
    const b = channels(to);
    return "#" + a.map((value, i) => Math.round(value + (b[i] - value) * share).toString(16).padStart(2, "0")).join("");
  }

  function luminance(colour) {
    const [r, g, b] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  Downstream.charts.matrix = function (data, page) {
    const narrow = page.width < 620;
    const left = narrow ? 92 : 168;
    // Chinese names stand upright: in two lines, or character under character where it is narrow. Latin ones are turned.
    const longest = Math.max(...data.customers.map((name) => name.length));
    const top = page.chinese ? (narrow ? 22 + Math.min(longest, 7) * 13 : 52) : narrow ? 96 : 116;
    const cellWidth = (page.width - left - 8) / Math.max(1, data.customers.length);
    const rowHeight = narrow ? 30 : 44;
    page.setHeight(top + data.suppliers.length * rowHeight + 12);
    const neutral = page.token("neutral-soft");
    const inks = ["#ffffff", "#14191b"];

    const cells = data.cells.map((cell) => {
      const distance = cell.difference || 0;
      const share = Math.min(1, Math.abs(distance) / FULL);
      const few = cell.n < page.few;
      let colour = mix(neutral, page.token(distance < 0 ? "bad-fill" : "good-fill"), share);
      if (few) colour = mix(page.token("paper"), colour, 0.45);
      const light = luminance(colour);
      const ink = 1.05 / (light + 0.05) > (light + 0.05) / 0.058 ? inks[0] : inks[1];
      let text = Math.abs(distance) < EVEN ? "·" : distance < 0 ? "−" : "+";
      if (cellWidth >= 52) text = `${page.percent(cell.rate)}\n{n|n=${cell.n}}`;
      else if (cellWidth >= 30) text = page.percent(cell.rate).replace(/\s*%/, "");
      const denied = cell.now && cell.now.not_good;
      if (denied && cellWidth >= 52) text = text.replace("\n", " {n|◆}\n");
      else if (denied) text = cellWidth >= 30 ? `${text}\n{n|◆}` : `${text}◆`;
      return {
        value: [cell.customer, cell.supplier, cell.rate],
        item: cell,
        itemStyle: { color: colour },
        label: { color: ink, formatter: text, rich: { n: { color: ink, fontSize: 11, lineHeight: 13 } } },
      };
    });

    return {
      grid: { left, right: 8, top, bottom: 8 },
      tooltip: Object.assign({}, page.tooltip, {
        formatter: (params) => {
          const cell = params.data.item;
          const lines = [`${data.suppliers[cell.supplier]} → ${data.customers[cell.customer]}`].concat(page.figure(cell));
          if (cell.difference !== null && cell.difference !== undefined) {
            const points = Math.round(Math.abs(cell.difference) * 100);
            lines.push(`${page.words.difference}  ${points ? (cell.difference < 0 ? "−" : "+") : "±"}${points} ${page.words.points}`);
          }
          const now = cell.now;
          if (now && now.n) {
            const denied = now.not_good ? "◆ " : "";
            lines.push(`${denied}${data.now}: ${page.words.notGood} ${now.not_good}/${now.n}`);
          }
          return lines.join("\n");
        },
      }),
      xAxis: {
        type: "category",
        position: "top",
        data: data.customers,
        name: `${page.words.customer} →`,
        nameLocation: "start",
        nameGap: 10,
        nameTextStyle: { color: page.token("ink-soft"), fontSize: 12, align: "right", verticalAlign: "bottom", padding: [0, 0, 6, 0] },
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: Object.assign(
          { color: page.token("ink"), fontSize: 12, lineHeight: 13, interval: 0 },
          page.chinese
            ? narrow
              ? { formatter: (name) => Array.from(name).slice(0, 7).join("\n") }
              : { width: cellWidth - 6, overflow: "break", lineHeight: 15 }
            : { rotate: narrow ? 90 : 45, width: narrow ? 84 : 120, overflow: "truncate" },
        ),
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: data.suppliers,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: page.token("ink"), fontSize: narrow ? 11 : 12, lineHeight: 12, interval: 0, width: left - 14, overflow: "break" },
      },
      series: [
        {
          type: "heatmap",
          data: cells,
          label: { show: true, fontSize: narrow ? 11 : 13, lineHeight: 16 },
          itemStyle: { borderColor: page.token("paper"), borderWidth: narrow ? 1.5 : 3, borderRadius: 6 },
          emphasis: { itemStyle: { borderColor: page.token("ink"), borderWidth: 2 } },
        },
      ],
    };
  };
})();
