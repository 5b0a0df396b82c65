// Charts of one pair. Each is a picture with a label; the numbers stand in the tables beside it.
const WIDTH = 460, LEFT = 62, RIGHT = 12, TOP = 14;

const scale = (from, to, start, end) => (value) =>
  start + (end - start) * (to === from ? 0.5 : (value - from) / (to - from));

function ticks(from, to, most = 4) {
  const rough = (to - from) / most || 1, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
  const found = [];
  for (let n = Math.ceil(from / step); n * step <= to + step * 1e-9; n++) found.push(n * step);
  return found;
}
const short = (value) => Number(value.toPrecision(6)).toLocaleString("en-US", {maximumFractionDigits: 3});

function picture(height, label, ...children) {
  return drawn("svg", {viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label}, ...children);
}
function figure(title, note, image) {
  return element("figure", {}, element("h3", {}, title), image, element("figcaption", {}, note));
}

// Lines over the years; series are {class, name, points: [[year, value]]}; gaps stay gaps.
function lines(label, series, height = 190) {
  const points = series.flatMap((one) => one.points);
  const years = points.map((point) => point[0]);
  const first = Math.min(...years), last = Math.max(...years);
  const top = Math.max(...points.map((point) => point[1]), 0);
  const x = scale(first, last, LEFT + 8, WIDTH - RIGHT - 8), y = scale(0, top || 1, height - 24, TOP + 16);
  const parts = ticks(0, top || 1).flatMap((value) => [
    drawn("line", {x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), class: "grid"}),
    drawn("text", {x: LEFT - 6, y: y(value) + 4, "text-anchor": "end"}, short(value))]);
  const steps = Math.max(1, Math.ceil((last - first + 1) / 8));
  for (let year = first; year <= last; year += steps)
    parts.push(drawn("text", {x: x(year), y: height - 6, "text-anchor": "middle"}, String(year)));
  let legend = LEFT;
  for (const one of series) {
    const seen = one.points.map(([year, value]) => [x(year), y(value), year]);
    parts.push(drawn("path", {class: one.class, d: seen.map(([a, b, year], place) =>
      `${place && seen[place - 1][2] === year - 1 ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`).join("")}));
    if (seen.length === 1 && one.class === "p")
      parts.push(drawn("line", {x1: LEFT, x2: WIDTH - RIGHT, y1: seen[0][1], y2: seen[0][1], class: "p"}));
    if (one.class !== "p")
      parts.push(...seen.map(([cx, cy]) => drawn("circle", {cx, cy, r: 2.8, class: `dot ${one.class}`})));
    parts.push(drawn("line", {x1: legend, x2: legend + 22, y1: 8, y2: 8, class: one.class}),
      drawn("text", {x: legend + 27, y: 12}, one.name));
    legend += 40 + 6.2 * one.name.length;
  }
  return picture(height, label, ...parts);
}

// Each part from where the one before it ended; thin bars run from its low to its high.
function waterfall(numbers) {
  const [gap, ...ends] = numbers;
  const rows = [{name: "Raw gap", start: 0, low: gap, mid: gap, high: gap}];
  let left = gap;
  DATA.parts.forEach((name, place) => {
    const [low, mid, high] = ends.slice(3 * place, 3 * place + 3), isLast = place === DATA.parts.length - 1;
    rows.push(isLast ? {name, start: 0, low, mid, high}
      : {name, start: left, low: -low, mid: -mid, high: -high});
    left -= mid;
  });
  const reach = rows.flatMap((row) => [row.start, row.start + row.low, row.start + row.high, row.start + row.mid]);
  const from = Math.min(0, ...reach), to = Math.max(0, ...reach), height = 22 * rows.length + 40;
  const x = scale(from, to, 168, WIDTH - RIGHT - 6);
  const bars = rows.flatMap((row, place) => {
    const y = 22 * place + 6, [a, b] = [x(row.start), x(row.start + row.mid)].sort((m, n) => m - n);
    const [l, h] = [x(row.start + row.low), x(row.start + row.high)].sort((m, n) => m - n);
    const isEnd = place === 0 || place === rows.length - 1;
    return [drawn("text", {x: 160, y: y + 12, "text-anchor": "end"}, row.name),
      drawn("rect", {x: a, y: y + 2, width: Math.max(b - a, 1), height: 12, fill: isEnd ? "#333" : "#0072b2"}),
      h - l > 1 ? drawn("path", {d: `M${l} ${y + 4}v8M${l} ${y + 8}H${h}M${h} ${y + 4}v8`,
        stroke: "#b8500a", "stroke-width": 1.5, fill: "none"}) : null];
  });
  const bottom = 22 * rows.length + 8;
  const axis = ticks(from, to).flatMap((value) => [
    drawn("line", {x1: x(value), x2: x(value), y1: 2, y2: bottom, class: "grid"}),
    drawn("text", {x: x(value), y: bottom + 14, "text-anchor": "middle"}, short(value / 1e6))]);
  return picture(height, "Waterfall from the raw gap to the residual, million USD", ...axis,
    drawn("line", {x1: x(0), x2: x(0), y1: 2, y2: bottom, class: "axis"}), ...bars.filter(Boolean));
}

// Where the pair stands by evidence and kg (dot), and by kg alone in nine draws of ten (bar).
function band(row, ranked) {
  const pairs = Math.max(ranked, row[ROW.rankHigh]);
  const x = scale(1, Math.max(pairs, 2), LEFT, WIDTH - RIGHT - 20);
  const marks = [...new Set([1, ...ticks(1, pairs).filter((n) => n > 1), pairs])];
  return picture(62, `Place ${row[ROW.rank]} of ${ranked}; by kg between ${row[ROW.rankLow]} and ${row[ROW.rankHigh]}`,
    drawn("line", {x1: x(1), x2: x(pairs), y1: 26, y2: 26, class: "axis"}),
    ...marks.map((n) => drawn("text", {x: x(n), y: 52, "text-anchor": "middle", class: "soft"}, number(n))),
    drawn("rect", {x: x(row[ROW.rankLow]), y: 20, height: 12, fill: "#7fb8d8",
      width: Math.max(x(row[ROW.rankHigh]) - x(row[ROW.rankLow]), 3)}),
    drawn("circle", {cx: x(row[ROW.rank]), cy: 26, r: 5, fill: "#1b1b1b"}));
}
