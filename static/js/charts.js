// Charts from the JSON beside their canvas: bars, lines, rings. Colours are the page's own. Built apart.

import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  DoughnutController,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";

Chart.register(
  ArcElement, BarController, BarElement, CategoryScale, DoughnutController, Legend, LinearScale, LineController, LineElement,
  PointElement, Tooltip,
);
Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.font.size = 11.5;
Chart.defaults.plugins.legend.display = false;

const TOKENS = { primary: "--et-primary", accent: "--et-accent", c1: "--c1", c2: "--c2", c3: "--c3", c4: "--c4" };
const RING = ["primary", "accent", "sarc", "violet", "vert", "terre", "ambre", "gris"];
const drawn = new Map();

/** The present colour of a name, as the canvas wants it. */
function colour(name) {
  const probe = drawn.probe ?? (drawn.probe = document.body.appendChild(Object.assign(document.createElement("span"), { hidden: true })));
  probe.style.color = `var(${name.startsWith("--") ? name : (TOKENS[name] ?? `--${name}-fg`)})`;
  return getComputedStyle(probe).color;
}

export function draw(figure) {
  const canvas = figure.querySelector("canvas");
  const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  drawn.get(figure)?.destroy();
  drawn.set(figure, new Chart(canvas, { type: data.type, data: datasets(data), options: options(data), plugins: data.values ? [values(data)] : [] }));
}

function datasets(data) {
  return {
    labels: data.labels,
    datasets: data.series.map((series) => {
      const line = (series.kind ?? data.type) === "line";
      const ring = data.type === "doughnut";
      const names = series.colours ?? (ring ? data.labels.map((_, i) => RING[i % RING.length]) : null);
      const fill = names ? names.map(colour) : colour(series.colour ?? "primary");
      const look = line
        ? { type: "line", borderColor: fill, borderWidth: 2, borderDash: series.dashed ? [4, 3] : [], pointRadius: 0, tension: 0.3 }
        : { type: data.type, backgroundColor: fill, borderRadius: ring ? 0 : 2, borderWidth: ring ? 2 : 0, borderColor: colour("--et-surface"), barPercentage: 0.7 };
      return { label: series.label, data: series.data, order: line ? 0 : 1, ...look };
    }),
  };
}

function options(data) {
  Chart.defaults.color = colour("--et-muted");
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  const shown = (value) => `${value.toLocaleString("fr-FR")}${data.unit ? `\u00a0${data.unit}` : ""}`;
  const tooltip = { callbacks: { label: ({ dataset, raw, label }) => `${dataset.label ?? label}\u00a0: ${shown(raw)}` } };
  if (data.type === "doughnut") return { cutout: "66%", plugins: { tooltip, legend: { display: true, position: "right", labels: { boxWidth: 10 } } } };
  const names = { stacked: Boolean(data.stacked), grid: { display: false }, border: { color: colour("--et-line") }, ticks: { maxRotation: 0, ...(data.horizontal && { callback: lines, autoSkip: false }) } };
  const figures = {
    stacked: Boolean(data.stacked),
    beginAtZero: true,
    max: data.max,
    display: !data.values,
    grid: { color: colour("--et-line"), drawTicks: false },
    border: { display: false },
    ticks: { maxTicksLimit: 4, padding: 6, callback: (value) => (data.unit === "€" && Math.abs(value) >= 1000 ? `${(value / 1000).toLocaleString("fr-FR")}\u00a0k€` : shown(value)) },
  };
  return {
    indexAxis: data.horizontal ? "y" : "x",
    plugins: { tooltip },
    layout: { padding: data.values ? (data.horizontal ? { right: 48 } : { top: 20 }) : 0 },
    scales: data.horizontal ? { x: figures, y: names } : { x: names, y: figures },
  };
}

/** The name of a bar, on several lines when the chart is narrow. */
function lines(value) {
  const name = this.getLabelForValue(value);
  return this.chart.width < 420 ? (name.match(/.{1,16}(?=\s|$)|\S+/g) ?? [name]).map((line) => line.trim()) : name;
}

/** Writes each figure at the end of its bar. */
function values(data) {
  return {
    id: "values",
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      ctx.save();
      ctx.font = `600 12px ${Chart.defaults.font.family}`;
      ctx.fillStyle = colour("--et-text");
      ctx.textBaseline = "middle";
      const series = data.series[0];
      chart.getDatasetMeta(0).data.forEach((bar, rank) => {
        const text = series.words?.[rank] ?? series.data[rank].toLocaleString("fr-FR");
        ctx.textAlign = data.horizontal ? "left" : "center";
        ctx.fillText(text, data.horizontal ? bar.x + 6 : bar.x, data.horizontal ? bar.y : bar.y - 9);
      });
      ctx.restore();
    },
  };
}

function redraw() {
  for (const figure of drawn.keys()) figure.isConnected ? draw(figure) : forget(figure);
}

function forget(figure) {
  drawn.get(figure)?.destroy();
  drawn.delete(figure);
}

document.addEventListener("theme:change", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
document.addEventListener("htmx:beforeCleanupElement", (event) => drawn.has(event.target) && forget(event.target));
