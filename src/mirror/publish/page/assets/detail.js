// What is shown of a pair once it is chosen: the words, four pictures, and both tables.
function detail(row) {
  const numbers = DATA.waterfalls[DATA.rows.indexOf(row)], years = DATA.years[row[ROW.pair]];
  return element("div", {class: "dossier", tabindex: "-1"},
    element("h3", {}, routeOf(row)), ...sentences(row),
    element("div", {class: "panels"},
      element("div", {},
        figure("From the raw gap to the residual",
          "Million USD, summed over the compared years in which the same side reports more. Thin bars: low to high of each part.",
          waterfall(numbers)),
        partsTable(numbers),
        figure("Place in the ranking", "Dot: place, evidence first and then kg. Bar: places by kg alone, nine draws of ten.",
          band(row, DATA.rows.filter((other) => other[ROW.direction] === row[ROW.direction]).length))),
      element("div", {},
        figure("Both reports", "Million USD, each on the basis of its own report.", reports(years)),
        figure("Declared value of a kilogram", "Thousand USD per kg against the year's mean gold price.",
          unitValues(years)),
        yearsTable(years))));
}

// The ends of an interval as amounts, the lesser first, whichever side reports more.
const amounts = (...ends) => ends.map(Math.abs).sort((a, b) => a - b);

function sentences(row) {
  const [kgLow, kgHigh] = amounts(row[ROW.kgLow], row[ROW.kgHigh]).map(kilos);
  const [usdLow, usdHigh] = amounts(row[ROW.usdLow], row[ROW.usdHigh]).map(million);
  const flags = row[ROW.flags].split(";").filter(Boolean);
  const link = (place) => element("a", {href: `profiles/${country(place)[0]}.html`}, nameOf(place));
  return [
    element("p", {}, `Tier ${row[ROW.tier]}, ${DATA.tiers[row[ROW.tier]]}: the probability that a material amount, more than `
      + `${kilos(row[ROW.material])} kg, is missing is ${odds(row[ROW.chance])}. At least ${kilos(row[ROW.atLeast])} kg of fine gold, `
      + `${kilos(row[ROW.missing])} kg on average, at most ${kilos(row[ROW.atMost])} kg. Grade ${row[ROW.grade]}. `
      + `${row[ROW.positive]} of ${row[ROW.assessed]} compared years point this way. Place by share of the trade: ${row[ROW.rankByShare]}. `
      + `Noise floor: ${row[ROW.above] === null ? "no floor, too few pairs of reliable reporters" : row[ROW.above] ? "above it" : "below it"}.`),
    element("p", {}, `The parts of the waterfall leave ${kilos(Math.abs(row[ROW.kgMid]))} kg (${kgLow} to ${kgHigh} kg; ${usdLow} to ${usdHigh} `
      + `million USD by the bounds of the parts alone).`),
    element("p", {}, element("strong", {}, "What else could explain it: "),
      DATA.explanations[row[ROW.explanation]] + "."),
    row[ROW.reply] ? element("p", {}, element("strong", {}, "Reply: "), row[ROW.reply]) : null,
    element("p", {}, ...flags.map((flag) => element("span", {class: "flag"}, words(flag)))),
    element("p", {class: "soft"}, "Profiles: ", link(row[ROW.exporter]), ", ", link(row[ROW.importer]),
      `. The rows behind it: mirror explain ${country(row[ROW.exporter])[0]} ${country(row[ROW.importer])[0]}`)];
}

const pointsOf = (years, value) => years.map((year) => [year[YEAR.year], value(year)])
  .filter(([, found]) => found !== null && Number.isFinite(found));

function reports(years) {
  const said = (place) => (year) => year[place] === null ? null : year[place] / 1e6;
  return lines("What exporter and importer declare, million USD by year", [
    {class: "x", name: "Exporter declares", points: pointsOf(years, said(YEAR.exportUsd))},
    {class: "m", name: "Importer declares", points: pointsOf(years, said(YEAR.importUsd))}]);
}

function unitValues(years) {
  const each = (usd, kg) => (year) => year[usd] === null || !year[kg] ? null : year[usd] / year[kg] / 1000;
  const price = (year) => DATA.prices[year[YEAR.year]] / 1000;
  const sides = [["x", "Exporter", YEAR.exportUsd, YEAR.exportKg], ["m", "Importer", YEAR.importUsd, YEAR.importKg]];
  const believed = 2;  // a value above twice the price is a wrong unit and would hide the rest
  return lines("Declared value of a kilogram and the gold price, thousand USD per kg by year", [
    ...sides.map(([style, name, usd, kg]) => ({class: style, name, points:
      pointsOf(years, (year) => each(usd, kg)(year) < believed * price(year) ? each(usd, kg)(year) : null)})),
    {class: "p", name: "Gold price", points: pointsOf(years, price)}], 150);
}

function tableOf(caption, heads, rows) {
  const line = (cells, tag) => element("tr", {}, ...cells.map((cell, place) =>
    element(place === 0 ? "th" : tag, place === 0 ? {scope: tag === "th" ? "col" : "row"}
      : {class: "n", ...(tag === "th" ? {scope: "col"} : {})}, cell)));
  return element("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption},
    element("table", {}, element("caption", {}, caption), element("thead", {}, line(heads, "th")),
      element("tbody", {}, ...rows.map((cells) => line(cells, "td")))));
}

function partsTable(numbers) {
  const rows = DATA.parts.map((name, place) =>
    [name, ...numbers.slice(1 + 3 * place, 4 + 3 * place).map(million)]);
  return tableOf("Waterfall, million USD", ["Part", "Low", "Best estimate", "High"],
    [["Raw gap", NONE, million(numbers[0]), NONE], ...rows]);
}

function yearsTable(years) {
  const said = (usd, state) => usd === null ? state || NONE : million(usd);
  return tableOf("Year by year: million USD, kg, kg of fine gold",
    ["Year", "Exporter, M USD", "Importer, M USD", "Exporter, kg", "Importer, kg", "Residual, kg fine"],
    years.map((year) => [String(year[YEAR.year]) + (year[YEAR.counts] ? "" : " (not counted)"),
      said(year[YEAR.exportUsd], year[YEAR.exporterState]),
      said(year[YEAR.importUsd], year[YEAR.importerState]),
      kilos(year[YEAR.exportKg]), kilos(year[YEAR.importKg]), kilos(year[YEAR.kgMid])]));
}
