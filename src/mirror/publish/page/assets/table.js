// The ranking: filter, sort, show a hundred rows at a time; a chosen pair opens below its row.
const FIRST = 100;
const COLUMNS = {
  rank: (row) => row[ROW.rank], exporter: (row) => nameOf(row[ROW.exporter]),
  importer: (row) => nameOf(row[ROW.importer]), first: (row) => row[ROW.first],
  exportUsd: (row) => row[ROW.exportUsd], importUsd: (row) => row[ROW.importUsd],
  key: (row) => row[ROW.key], kgMid: (row) => Math.abs(row[ROW.kgMid]), rankLow: (row) => row[ROW.rankLow],
  grade: (row) => row[ROW.grade],
};
const view = {sort: "rank", isDown: false, most: FIRST, chosen: null};
const field = (name) => document.getElementById(name);
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const searched = new Map(DATA.rows.map((row) => [row, plain([row[ROW.exporter], row[ROW.importer]]
  .map((place) => `${country(place)[0]} ${nameOf(place)}`).join(" "))]));

function filtered() {
  const direction = DATA.directions.indexOf(field("direction").value), region = field("region").value;
  const grades = field("grade").value, text = plain(field("text").value.trim());
  const least = Number(field("least").value) || 0;
  const from = Number(field("from").value) || -Infinity, to = Number(field("to").value) || Infinity;
  return DATA.rows.filter((row) => row[ROW.direction] === direction && row[ROW.key] >= least
    && (!grades || grades.includes(row[ROW.grade]))
    && (!region || country(row[ROW.exporter])[2] === region)
    && row[ROW.last] >= from && row[ROW.first] <= to && (!text || searched.get(row).includes(text)));
}

// Nulls last whichever way; equals by rank.
function sorted(rows) {
  const value = COLUMNS[view.sort], way = view.isDown ? -1 : 1;
  return rows.sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return (left === null) - (right === null) || a[ROW.rank] - b[ROW.rank];
    const order = typeof left === "string" ? left.localeCompare(right, "en") : left - right;
    return way * order || a[ROW.rank] - b[ROW.rank];
  });
}

function lineOf(row) {
  const years = row[ROW.first] === row[ROW.last] ? String(row[ROW.first]) : `${row[ROW.first]}–${row[ROW.last]}`;
  const isOpen = view.chosen === row;
  const button = element("button", {type: "button", "aria-expanded": String(isOpen),
    "aria-label": `${nameOf(row[ROW.exporter])} to ${nameOf(row[ROW.importer])}, details`}, nameOf(row[ROW.exporter]));
  button.addEventListener("click", () => choose(isOpen ? null : row));
  const cell = (text, style) => element("td", {class: style}, text);
  const line = element("tr", {class: `${row[ROW.above] ? "" : "below"}${isOpen ? " open" : ""}`},
    cell(String(row[ROW.rank]), "n"), element("td", {}, button), cell(nameOf(row[ROW.importer]), ""),
    cell(years, "wide y"), cell(million(row[ROW.exportUsd]), "n wide"), cell(million(row[ROW.importUsd]), "n wide"),
    cell(kilos(row[ROW.key]), "n key"), cell(kilos(Math.abs(row[ROW.kgMid])), "n wide"),
    cell(`${row[ROW.rankLow]}–${row[ROW.rankHigh]}`, "n wide"), cell(row[ROW.grade], ""),
    cell(DATA.explanations[row[ROW.explanation]], "wide"));
  return isOpen ? [line, element("tr", {class: "detail"}, element("td", {colspan: "11"}, detail(row)))] : [line];
}

function show() {
  const all = filtered(), rows = sorted([...all]);
  const shown = rows.slice(0, Math.max(view.most, rows.indexOf(view.chosen) + 1));
  field("rows").replaceChildren(...shown.flatMap(lineOf));
  field("count").textContent = `${number(rows.length)} pairs, ${number(shown.length)} shown; together at least `
    + `${number(rows.reduce((sum, row) => sum + row[ROW.key], 0) / 1000, 1)} t of fine gold.`;
  field("all").hidden = shown.length === rows.length;
  for (const head of document.querySelectorAll("#ranking-table th[data-sort]"))
    head.setAttribute("aria-sort", head.dataset.sort !== view.sort ? "none"
      : view.isDown ? "descending" : "ascending");
  drawMap(all);
}

function choose(row) {
  if (row && row[ROW.direction] !== DATA.directions.indexOf(field("direction").value))
    field("direction").value = DATA.directions[row[ROW.direction]];
  const before = row || view.chosen;
  view.chosen = row;
  show();
  const name = row ? `#${country(row[ROW.exporter])[0]}-${country(row[ROW.importer])[0]}` : "#ranking";
  history.replaceState(null, "", name);
  const line = row ? document.querySelector("#rows tr.open button")
    : [...document.querySelectorAll("#rows button")].find((button) =>
      button.getAttribute("aria-label").startsWith(`${nameOf(before[ROW.exporter])} to ${nameOf(before[ROW.importer])},`));
  if (line) { line.focus({preventScroll: true}); line.scrollIntoView({block: "nearest"}); }
}

function start() {
  for (const head of document.querySelectorAll("#ranking-table th[data-sort] button"))
    head.addEventListener("click", () => {
      const name = head.parentElement.dataset.sort;
      view.isDown = view.sort === name ? !view.isDown : ["exportUsd", "importUsd", "key", "kgMid"].includes(name);
      view.sort = name;
      show();
    });
  field("filters").addEventListener("input", () => { view.most = FIRST; show(); });
  field("filters").addEventListener("submit", (event) => event.preventDefault());
  field("filters").addEventListener("reset", () => setTimeout(show));
  field("all").addEventListener("click", () => { view.most = Infinity; show(); });
  const [exporter, importer] = location.hash.slice(1).split("-");
  const asked = DATA.rows.find((row) => country(row[ROW.exporter])[0] === exporter
    && country(row[ROW.importer])[0] === importer);
  if (asked) choose(asked); else show();
}
start();
