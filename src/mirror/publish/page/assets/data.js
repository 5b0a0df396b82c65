"use strict";
// What the page was given, read once. ROW names the places in a row of the ranking, YEAR in a year.
const DATA = JSON.parse(document.getElementById("data").textContent);
const ROW = Object.fromEntries(["direction", "rank", "tier", "exporter", "importer", "first", "last",
  "assessed", "positive", "exportUsd", "importUsd", "chance", "atLeast", "missing", "atMost", "kgLow",
  "kgMid", "kgHigh", "usdLow", "usdMid", "usdHigh", "rankLow", "rankHigh", "rankByShare", "material",
  "above", "grade", "flags", "explanation", "previous", "pair", "reply"].map((name, place) => [name, place]));
const YEAR = Object.fromEntries(["year", "exportUsd", "importUsd", "exportKg", "importKg", "kgLow",
  "kgMid", "kgHigh", "counts", "exporterState", "importerState"].map((name, place) => [name, place]));
const NONE = "–";
const country = (place) => DATA.countries[place];  // code, name, continent, latitude, longitude
const nameOf = (place) => country(place)[1];
const routeOf = (row) => `${nameOf(row[ROW.exporter])} → ${nameOf(row[ROW.importer])}`;

function number(value, digits = 0) {
  if (value === null || value === undefined) return NONE;
  return value.toLocaleString("en-US", {minimumFractionDigits: digits,
    maximumFractionDigits: digits, roundingMode: "halfEven"});
}
const million = (usd) => usd === null ? NONE
  : number(usd / 1e6, usd !== 0 && Math.abs(usd) < 1e5 ? 3 : 1);
const kilos = (kg) => number(kg, kg !== 0 && Math.abs(kg) < 10 && kg !== Math.round(kg) ? 1 : 0);
const odds = (chance) => chance > 0.99 ? "above 99 %" : chance < 0.01 ? "below 1 %"
  : `${number(Math.floor(100 * chance + 1e-9))} %`;  // down: none reads as the class above its own
const words = (code) => code.replaceAll("_", " ");

// An element with attributes and children; texts become text nodes, so no name is ever read as HTML.
function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}
function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}
function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}
