"use strict";
const $ = (what, inside = document) => inside.querySelector(what);
const $$ = (what, inside = document) => [...inside.querySelectorAll(what)];
const FACTS = JSON.parse($("#facts").textContent);
// What is picked, sorted, filtered and opened stands in the address, behind "#section?", so that a link shows the same view.
const view = new URLSearchParams();
let section = "";
const tellers = [];

function readAddress() {
  const [at, said] = location.hash.slice(1).split(/\?(.*)/s);
  section = decodeURIComponent(at);
  for (const name of new Set(view.keys())) view.delete(name);
  for (const [name, value] of new URLSearchParams(said || "")) view.append(name, value);
}

function writeAddress() {
  const said = view.toString();
  history.replaceState(null, "", "#" + encodeURIComponent(section) + (said ? "?" + said : ""));
}

function put(name, value) {
  if (value) view.set(name, value); else view.delete(name);
}

function go(id, focus) {
  const to = document.getElementById(id);
  if (!to) return;
  for (let e = to; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
  to.scrollIntoView();
  if (focus) {
    if (to.tabIndex < 0) to.tabIndex = -1;
    to.focus({preventScroll: true});
  }
}

const clean = () => $("#rows-clean").checked;

// Pickers.
function apply() {
  const models = new Set(view.getAll("model"));
  const [date, prompt, variant, group, language] = ["date", "prompt", "variant", "group", "language"].map(name => view.get(name) || "");
  const off = (picked, own) => picked && own !== undefined && own !== picked;
  for (const e of $$("[data-model]")) {
    const own = e.dataset;
    e.hidden = Boolean(models.size && !models.has(own.model)) || off(date, own.date) || off(prompt, own.prompt) || off(variant, own.variant);
  }
  for (const table of $$("table.scores")) {
    const heads = $$("thead th", table);
    const gone = heads.map(th => off(group, th.dataset.group) || off(language, th.dataset.language));
    for (const row of table.rows) gone.forEach((hide, at) => { row.cells[at].hidden = Boolean(hide); });
    // A model that has no figure in the columns left is no row.
    if (group || language) for (const row of table.tBodies[0].rows) {
      if (![...row.cells].some(cell => !cell.hidden && cell.dataset.v)) row.hidden = true;
    }
    const board = table.closest(".board");
    if (board) board.hidden = off(group, board.dataset.group) || gone.filter(hide => !hide).length <= 2;
  }
  for (const e of $$("details.task, .line")) e.hidden = off(group, e.dataset.group) || off(language, e.dataset.language);
  const others = $(".others");
  if (others) others.hidden = $$(".board", others).every(board => board.hidden);
  const form = $("#pick");
  if (form) {
    for (const box of $$("[name=model]", form)) box.checked = models.has(box.value);
    for (const list of $$("select", form)) list.value = view.get(list.name) || "";
    $("#picked-models").textContent = models.size ? `${models.size} of ${$$("[name=model]", form).length}` : "all";
    const said = $$("select", form).filter(list => list.value).map(list => list.selectedOptions[0].textContent);
    if (models.size) said.unshift([...models].join(", "));
    $("#shown").textContent = said.length ? "Shown: " + said.join("; ") + "." : "";
    $("#shown").hidden = !said.length;
  }
  $(view.get("rows") === "clean" ? "#rows-clean" : "#rows-all").checked = true;
}

// Tables.
function worth(cell) {
  const own = clean() && cell.dataset.c !== undefined ? cell.dataset.c : cell.dataset.v;
  if (own !== undefined) return own === "" ? null : Number(own);
  const text = cell.textContent.trim();
  if (!cell.classList.contains("r")) return text.toLowerCase();
  const number = parseFloat(text.replaceAll(",", ""));
  return Number.isNaN(number) ? null : number;
}

function order(table) {
  const sorts = view.getAll("sort").map(said => said.split(".")).filter(([id]) => "t-" + id === table.id);
  const [, at, way] = sorts[0] || [];
  const heads = $$("thead th", table);
  heads.forEach((th, n) => {
    if (String(n) === at) th.setAttribute("aria-sort", way === "down" ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
  });
  const rows = [...table.tBodies[0].rows];
  const first = rows.every(row => row.sortPlace !== undefined);
  if (!first) rows.forEach((row, n) => { row.sortPlace = n; });
  const sign = way === "down" ? -1 : 1;
  const keys = at === undefined ? null : new Map(rows.map(row => [row, worth(row.cells[at])]));
  rows.sort((x, y) => {
    if (keys) {
      const [a, b] = [keys.get(x), keys.get(y)];
      if (a === null || b === null) { if (a !== b) return a === null ? 1 : -1; }
      else if (a !== b) return sign * (typeof a === "string" ? a.localeCompare(b, "en", {numeric: true}) : a - b);
    }
    return x.sortPlace - y.sortPlace;
  });
  table.tBodies[0].append(...rows);
}

function narrow(table) {
  const said = (view.get("find." + table.id.slice(2)) || "").toLowerCase();
  for (const row of table.tBodies[0].rows) {
    const fits = !said || row.textContent.toLowerCase().includes(said);
    row.style.display = fits ? "" : "none";
  }
  if (table.finder && table.finder.value.toLowerCase() !== said) table.finder.value = said;
}

function press(table, at) {
  const id = table.id.slice(2);
  const others = view.getAll("sort").filter(said => said.split(".")[0] !== id);
  const now = $$("thead th", table)[at].getAttribute("aria-sort");
  // Figures from the largest, words from A; then the other way; then as it was.
  const ways = $$("thead th", table)[at].classList.contains("r") ? ["down", "up"] : ["up", "down"];
  const next = now === null ? ways[0] : now === (ways[0] === "up" ? "ascending" : "descending") ? ways[1] : "";
  view.delete("sort");
  for (const said of others) view.append("sort", said);
  if (next) view.append("sort", `${id}.${at}.${next}`);
  order(table);
  writeAddress();
}

// In a narrow window a list is read as cards; that it is a table is then said by roles.
function card(table) {
  const heads = $$("thead th", table).map(th => th.textContent.replace(/\s+/g, " ").trim());
  table.classList.add("carded");
  table.setAttribute("role", "table");
  for (const part of $$("thead, tbody", table)) part.setAttribute("role", "rowgroup");
  for (const row of table.rows) {
    row.setAttribute("role", "row");
    [...row.cells].forEach((cell, at) => {
      cell.setAttribute("role", cell.scope === "col" ? "columnheader" : cell.scope === "row" ? "rowheader" : "cell");
      if (row.parentElement.tagName === "TBODY") cell.dataset.label = heads[at];
    });
  }
}

for (const table of $$("main table[id], header table[id]")) {
  $$("thead th", table).forEach((th, at) => {
    if (th.classList.contains("shares")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...th.childNodes);
    button.addEventListener("click", () => press(table, at));
    th.append(button);
  });
  if (table.classList.contains("text")) card(table);
  if (table.tBodies[0].rows.length < 8 || table.closest("details")) continue;
  const box = document.createElement("p");
  box.className = "narrow";
  const label = document.createElement("label");
  label.textContent = "Rows with";
  const input = document.createElement("input");
  input.type = "search";
  input.setAttribute("aria-label", `Rows with, in ${table.parentElement.getAttribute("aria-label")}`);
  label.append(input);
  box.append(label);
  table.parentElement.before(box);
  table.finder = input;
  input.addEventListener("input", () => { put("find." + table.id.slice(2), input.value); narrow(table); writeAddress(); });
}

function show() {
  apply();
  for (const table of $$("table[id]")) {
    if (view.has("sort") || table.wasSorted) order(table);
    table.wasSorted = view.has("sort");
    narrow(table);
  }
  for (const tell of tellers) tell();
}

const picker = $("#pick");
if (picker) {
  picker.hidden = false;
  picker.addEventListener("submit", event => event.preventDefault());
  picker.addEventListener("change", event => {
    if (event.target.name === "model") {
      view.delete("model");
      for (const box of $$("[name=model]:checked", picker)) view.append("model", box.value);
    } else put(event.target.name, event.target.value);
    writeAddress();
    show();
  });
  picker.addEventListener("reset", event => {
    event.preventDefault();
    for (const name of ["model", "date", "prompt", "variant", "group", "language", "rows"]) view.delete(name);
    writeAddress();
    show();
  });
}
for (const radio of $$("[name=rows]")) radio.addEventListener("change", () => { put("rows", clean() ? "clean" : ""); writeAddress(); show(); });

document.addEventListener("click", event => {
  const link = event.target.closest('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  section = link.getAttribute("href").slice(1);
  if (link.dataset.task) { put("task", link.dataset.task); view.delete("sample"); view.delete("page"); }
  const said = view.toString();
  history.pushState(null, "", "#" + encodeURIComponent(section) + (said ? "?" + said : ""));
  if (link.dataset.task) show();
  go(section, true);
});
addEventListener("hashchange", () => { readAddress(); show(); go(section, false); });
addEventListener("popstate", () => { readAddress(); show(); go(section, false); });
for (const e of $$(".scripted")) e.hidden = false;
readAddress();
show();
if (section) addEventListener("load", () => go(section, false));
