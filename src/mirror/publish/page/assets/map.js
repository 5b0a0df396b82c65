// Routes on the plane of longitude and latitude. No borders: only where a country's cities lie.
const MAP = {width: 900, height: 380, most: 80};
const mapX = (longitude) => (longitude + 180) / 360 * MAP.width;
const mapY = (latitude) => (82 - latitude) / 152 * MAP.height;

function drawMap(rows) {
  const placed = rows.filter((row) => [row[ROW.exporter], row[ROW.importer]]
    .every((place) => country(place)[3] !== null));
  const shown = [...placed].sort((a, b) => b[ROW.missing] - a[ROW.missing]).slice(0, MAP.most);
  const most = shown.length ? shown[0][ROW.missing] || 1 : 1;
  const image = document.getElementById("map");
  image.replaceChildren(...graticule(), ...DATA.countries.filter((one) => one[3] !== null).map((one) =>
    drawn("circle", {cx: mapX(one[4]), cy: mapY(one[3]), r: 1.8, fill: "#8a8a8a"})),
    ...shown.map((row) => route(row, most)).reverse(), ...labels(shown));
  document.getElementById("map-note").textContent = `${shown.length} routes of ${rows.length} pairs that the `
    + `filters leave, those with most missing; ${rows.length - placed.length} pairs have no place on the map.`;
}

function graticule() {
  const lines = [];
  for (let east = -180; east <= 180; east += 30)
    lines.push(drawn("line", {x1: mapX(east), x2: mapX(east), y1: 0, y2: MAP.height, class: "grid"}));
  for (let north = -60; north <= 60; north += 30)
    lines.push(drawn("line", {x1: 0, x2: MAP.width, y1: mapY(north), y2: mapY(north),
      class: north === 0 ? "axis" : "grid"}));
  return lines;
}

function route(row, most) {
  const [from, to] = [country(row[ROW.exporter]), country(row[ROW.importer])];
  const [x1, y1, x2, y2] = [mapX(from[4]), mapY(from[3]), mapX(to[4]), mapY(to[3])];
  const lift = Math.hypot(x2 - x1, y2 - y1) * 0.14;
  const line = drawn("path", {class: row[ROW.direction] ? "route import" : "route",
    "stroke-width": (0.8 + 5 * Math.sqrt(row[ROW.missing] / most)).toFixed(1),
    d: `M${x1.toFixed(1)} ${y1.toFixed(1)}Q${((x1 + x2) / 2).toFixed(1)} ${((y1 + y2) / 2 - lift).toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}`},
    drawn("title", {}, `${routeOf(row)}: ${kilos(row[ROW.missing])} kg of fine gold missing on average, ${kilos(row[ROW.atLeast])} kg at least`));
  line.addEventListener("click", () => choose(row));
  return line;
}

// Names of importers first, then exporters, none on top of another.
function labels(shown) {
  const made = [];
  for (const place of new Set([...shown.map((row) => row[ROW.importer]), ...shown.map((row) => row[ROW.exporter])])) {
    const one = country(place), x = mapX(one[4]), y = mapY(one[3]);
    if (made.every((other) => Math.abs(other.x - x) > 32 || Math.abs(other.y - y) > 13))
      made.push({x, y, text: drawn("text", {x, y: y - 5, "text-anchor": "middle"}, one[0])});
  }
  return made.map((label) => label.text);
}
