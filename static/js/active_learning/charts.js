// Two charts on uPlot: the learning curve with its intervals, and the loss while it falls.
import uPlot from "../../vendor/uplot/uPlot.esm.js";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const axis = (label) => ({
  label,
  labelSize: 20,
  labelFont: `12px ${token("--font")}`,
  font: `12px ${token("--font")}`,
  stroke: token("--text-quiet"),
  grid: { stroke: token("--line"), width: 1 },
  ticks: { stroke: token("--line"), width: 1 },
});

/** Make the chart as wide as its box, now and whenever that changes. */
function fit(chart, box) {
  new ResizeObserver(() => {
    if (box.clientWidth) chart.setSize({ width: box.clientWidth, height: box.clientHeight });
  }).observe(box);
  return chart;
}

/** Draw a vertical bar with caps from low to high at each point. */
function drawIntervals(chart, points, over) {
  const { ctx } = chart;
  const cap = 4 * devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = token("--text-quiet");
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.beginPath();
  for (const point of points) {
    if (!point.headline.interval) continue;
    const x = chart.valToPos(point[over], "x", true);
    const [low, high] = point.headline.interval.map((value) => chart.valToPos(value, "y", true));
    ctx.moveTo(x, low);
    ctx.lineTo(x, high);
    for (const y of [low, high]) {
      ctx.moveTo(x - cap, y);
      ctx.lineTo(x + cap, y);
    }
  }
  ctx.stroke();
  ctx.restore();
}

const OVER = { labels: "training labels", hours: "hours of people's work" };

/**
 * The headline metric (0..1), a point a round with a band through the intervals; rounds that were not evaluated are left
 * out.
 * @param {"labels" | "hours"} [over] what it is drawn against
 */
export function learningCurve(box, curve, over = "labels") {
  const points = curve.filter((point) => point.headline !== null && point.labels !== null);
  points.sort((a, b) => a[over] - b[over] || a.round - b.round);
  if (!points.length) {
    box.classList.add("waiting");
    box.textContent = "No round was evaluated yet: held-out labels are missing.";
    return null;
  }
  const most = points.at(-1)[over];
  if (!most) {
    box.classList.add("waiting");
    box.textContent = "No work was logged yet.";
    return null;
  }
  const lows = points.map((point) => point.headline.interval?.[0] ?? point.headline.value);
  const { title } = points.at(-1).headline;
  const options = {
    width: box.clientWidth || 600,
    height: box.clientHeight || 260,
    scales: {
      x: { time: false, range: () => [0, over === "labels" ? Math.ceil(most * 1.12) + 1 : most * 1.3] },
      y: { range: () => [Math.max(0, Math.floor(Math.min(...lows) * 10 - 0.5) / 10), 1] },
    },
    axes: [axis(OVER[over]), axis(title)],
    bands: [{ series: [2, 3], fill: token("--accent-band") }],
    series: [
      { label: over },
      {
        label: title,
        stroke: token("--accent"),
        width: 2,
        points: { show: true, size: 9, fill: token("--accent"), stroke: token("--bg-raised") },
        value: (_, value) => (value === null ? "" : value.toFixed(3)),
      },
      { label: "high", stroke: "transparent", points: { show: false } },
      { label: "low", stroke: "transparent", points: { show: false } },
    ],
    legend: { show: false },
    cursor: { y: false },
    hooks: {
      drawSeries: [(chart, series) => series === 1 && drawIntervals(chart, points, over)],
      draw: [(chart) => nameRounds(chart, points, over)],
    },
  };
  const data = [
    points.map((point) => point[over]),
    points.map((point) => point.headline.value),
    points.map((point) => point.headline.interval?.[1] ?? null),
    points.map((point) => point.headline.interval?.[0] ?? null),
  ];
  return fit(new uPlot(options, data, box), box);
}

/** Write the round's number and its figure beside each point. */
function nameRounds(chart, points, over) {
  const { ctx } = chart;
  ctx.save();
  ctx.font = `${12 * devicePixelRatio}px ${token("--font")}`;
  ctx.fillStyle = token("--text");
  for (const point of points) {
    const x = chart.valToPos(point[over], "x", true);
    const y = chart.valToPos(point.headline.value, "y", true) - 7 * devicePixelRatio;
    const gap = 9 * devicePixelRatio;
    const text = `round ${point.round}: ${point.headline.value.toFixed(3)}`;
    const fits = x + gap + ctx.measureText(text).width < chart.bbox.left + chart.bbox.width;
    ctx.textAlign = fits ? "left" : "right";
    ctx.fillText(text, fits ? x + gap : x - gap, y);
  }
  ctx.restore();
}

/** Moving median of a noisy series, odd windows only. */
function smooth(values, window) {
  const half = Math.floor(window / 2);
  return values.map((_, i) => {
    const part = values.slice(Math.max(0, i - half), i + half + 1).sort((a, b) => a - b);
    return part[Math.floor(part.length / 2)];
  });
}

/** Loss by step; call the returned function with rows {step, loss} as they come, or with null to begin again. */
export function lossCurve(box) {
  let steps = [];
  let losses = [];
  let chart = null;
  box.classList.add("waiting");
  box.textContent = "No steps yet.";

  const options = () => ({
    width: box.clientWidth || 600,
    height: box.clientHeight || 260,
    scales: { x: { time: false }, y: { range: (_, low, high) => [Math.min(0, low), high * 1.05 || 1] } },
    axes: [axis("step"), axis("loss")],
    series: [
      { label: "step" },
      { label: "loss", stroke: token("--line-strong"), width: 1, points: { show: false } },
      { label: "median", stroke: token("--accent"), width: 2, points: { show: false } },
    ],
    legend: { show: false },
    cursor: { y: false },
  });

  return (rows) => {
    if (rows === null) {
      steps = [];
      losses = [];
      return;
    }
    for (const row of rows) {
      steps.push(row.step);
      losses.push(row.loss);
    }
    if (steps.length < 2) return;
    const data = [steps, losses, smooth(losses, Math.max(3, Math.floor(steps.length / 20) | 1))];
    if (chart) {
      chart.setData(data);
      return;
    }
    box.classList.remove("waiting");
    box.textContent = "";
    chart = fit(new uPlot(options(), data, box), box);
  };
}
