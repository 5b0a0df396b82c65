// The ranking: filter, sort, show a hundred rows at a time; a chosen pair opens below its row.
const FIRST = 100;
const COLUMNS = {
  rank: (row) => row[ROW.rank], tier: (row) => row[ROW.tier], exporter: (row) => nameOf(row[ROW.exporter]),
  importer: (row) => nameOf(row[ROW.importer]), first: (row) => row[ROW.first],
  exportUsd: (row) => row[ROW.exportUsd], importUsd: (row) => row[ROW.importUsd],
  chance: (row) => row[ROW.chance], atLeast: (row) => row[ROW.atLeast], missing: (row) => row[ROW.missing],
  atMost: (row) => row[ROW.atMost], rankLow: (row) => row[ROW.rankLow],
  grade: (row) => row[ROW.grade],
};
const LARGEST_FIRST = ["exportUsd", "importUsd", "chance", "atLeast", "missing", "atMost"];
const view = {sort: "rank", isDown: false, most: FIRST, chosen: null};
const field = (name) => document.getElementById(name);
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const searched = new Map(DATA.rows.map((row) => [row, plain([row[ROW.exporter], row[ROW.importer]]
  .map((place) => `${country(place)[0]} ${nameOf(place)}`).join(" "))]));

function filtered() {
  const direction = DATA.directions.indexOf(field("direction").value), region = field("region").value;
  const grades = field("grade").value, tier = Number(field("tier").value), text = plain(field("text").value.trim());
  const least = Number(field("least").value) || 0;
  const from = Number(field("from").value) || -Infinity, to = Number(field("to").value) || Infinity;
  return DATA.rows.filter((row) => row[ROW.direction] === direction && row[ROW.missing] >= least
    && row[ROW.tier] <= tier && (!grades || grades.includes(row[ROW.grade]))
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
  const line = element("tr", {class: `${row[ROW.tier] === 4 ? "below" : ""}${isOpen ? " open" : ""}`},
    cell(String(row[ROW.rank]), "n"),
    element("td", {class: "y"}, String(row[ROW.tier]), element("span", {class: "wide"}, ` ${DATA.tiers[row[ROW.tier]]}`)),
    element("td", {}, button), cell(nameOf(row[ROW.importer]), ""),
    cell(years, "wide y"), cell(million(row[ROW.exportUsd]), "n wide"), cell(million(row[ROW.importUsd]), "n wide"),
    cell(odds(row[ROW.chance]), "n wide"), cell(kilos(row[ROW.atLeast]), "n key"), cell(kilos(row[ROW.missing]), "n"),
    cell(kilos(row[ROW.atMost]), "n wide"), cell(`${row[ROW.rankLow]}–${row[ROW.rankHigh]}`, "n wide"), cell(row[ROW.grade], "wide"),
    cell(DATA.explanations[row[ROW.explanation]], "wide"));
  return isOpen ? [line, element("tr", {class: "detail"}, element("td", {colspan: "14"}, detail(row)))] : [line];
}

function show() {
  const all = filtered(), rows = sorted([...all]);
  const shown = rows.slice(0, Math.max(view.most, rows.indexOf(view.chosen) + 1));
  field("rows").replaceChildren(...shown.flatMap(lineOf));
  const tonnes = (place, tier) => number(rows.filter((row) => row[ROW.tier] <= tier)
    .reduce((sum, row) => sum + row[place], 0) / 1000, 1);
  field("count").textContent = `${number(rows.length)} pairs, ${number(shown.length)} shown; of fine gold `
    + `${tonnes(ROW.atLeast, 2)} t at least (tiers 1 and 2), ${tonnes(ROW.missing, 3)} t missing on average (tiers 1 to 3).`;
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
      view.isDown = view.sort === name ? !view.isDown : LARGEST_FIRST.includes(name);
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
