/* graph: the flow map. Departments stand on an oval in the order given, links are curves from supplier to customer in
 * their flow's hue and stroke (information solid, service dashed, material dotted). Pointing at a department leaves only
 * its own links. */
(function () {
  "use strict";
  window.Downstream = window.Downstream || {};
  Downstream.charts = Downstream.charts || {};
  const STROKES = { information: "solid", service: [7, 4], material: [2, 4] };
  const CURVES = { information: 0.1, service: 0.2, material: 0.3 };

  Downstream.charts.graph = function (data, page, state) {
    const height = page.element.clientHeight;
    const narrow = page.width < 620;
    const marginX = narrow ? 96 : 150;
    const marginY = 56;
    const radiusX = Math.min(page.width / 2 - marginX, 400);
    const radiusY = height / 2 - marginY;
    const names = {};
    const heaviest = Math.max(1, ...data.nodes.map((node) => node.weight || 1));

    const nodes = data.nodes.map((node, index) => {
      names[node.id] = node.name;
      const angle = (index / data.nodes.length) * 2 * Math.PI - Math.PI / 2;
      const side = Math.cos(angle);
      const beside = Math.abs(side) > 0.25;
      return {
        id: node.id,
        name: node.name,
        item: node,
        tooltip: { show: false },
        x: page.width / 2 + radiusX * side,
        y: height / 2 + radiusY * Math.sin(angle),
        symbolSize: (narrow ? 8 : 12) + (narrow ? 8 : 14) * Math.sqrt((node.weight || 1) / heaviest),
        label: {
          position: beside ? (side > 0 ? "right" : "left") : Math.sin(angle) < 0 ? "top" : "bottom",
          width: beside ? marginX - 18 : 120,
        },
      };
    });

    const links = data.links
      .filter((link) => !state.hidden.has(link.flow))
      .map((link) => {
        const colour = page.token(`${link.flow}-ink`);
        return {
          source: link.source,
          target: link.target,
          item: link,
          lineStyle: { color: colour, type: STROKES[link.flow], curveness: CURVES[link.flow] },
        };
      });

    return {
      tooltip: Object.assign({}, page.tooltip, {
        formatter: (params) => {
          const link = params.data.item;
          return [`${names[link.source]} → ${names[link.target]}`, page.words[link.flow]].concat((link.items || []).map((item) => `· ${item}`)).join("\n");
        },
      }),
      series: [
        {
          type: "graph",
          layout: "none",
          // The given coordinates are pixels of this very box: keep them.
          left: Math.min(...nodes.map((node) => node.x)),
          top: Math.min(...nodes.map((node) => node.y)),
          width: Math.max(1, Math.max(...nodes.map((node) => node.x)) - Math.min(...nodes.map((node) => node.x))),
          height: Math.max(1, Math.max(...nodes.map((node) => node.y)) - Math.min(...nodes.map((node) => node.y))),
          roam: false,
          nodes,
          links,
          edgeSymbol: ["none", "arrow"],
          edgeSymbolSize: [0, narrow ? 5 : 7],
          itemStyle: { color: page.token("ink"), borderColor: page.token("paper"), borderWidth: 2 },
          label: {
            show: true,
            color: page.token("ink"),
            fontFamily: page.text.fontFamily,
            fontSize: narrow ? 11 : 13,
            lineHeight: narrow ? 14 : 17,
            overflow: "break",
            distance: 6,
          },
          lineStyle: { width: narrow ? 1 : 1.5, opacity: narrow ? 0.45 : 0.55 },
          emphasis: { focus: "adjacency", lineStyle: { width: 2.5, opacity: 1 }, label: { fontWeight: 600 } },
          blur: { itemStyle: { opacity: 0.25 }, lineStyle: { opacity: 0.05 }, label: { opacity: 0.35 } },
        },
      ],
    };
  };
})();
