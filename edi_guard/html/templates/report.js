(function () {
"use strict";
var data = JSON.parse(document.getElementById("data").textContent);
var body = document.querySelector("#rows tbody");
var rows = Array.prototype.slice.call(body.rows);
var byId = function (id) { return document.getElementById(id); };
var dollars = function (text) { return text ? "$" + Number(text).toLocaleString("en-US", {minimumFractionDigits: 2, maximumFractionDigits: 2}) : ""; };

function element(name, classes, text) {
  var made = document.createElement(name);
  if (classes) { made.className = classes; }
  if (text !== undefined && text !== null) { made.textContent = text; }
  return made;
}
function put(parent) {
  for (var i = 1; i < arguments.length; i++) { if (arguments[i]) { parent.appendChild(arguments[i]); } }
  return parent;
}

// ---- what each row says, read off its cells
var columns = {severity: 2, claim: 3, payer: 4, day: 5, rule: 7};
var ranks = {reject: 0, hold: 1, warn: 2, info: 3};
rows.forEach(function (row) {
  row.says = {cents: Number(row.dataset.cents)};
  Object.keys(columns).forEach(function (name) { row.says[name] = row.cells[columns[name]].textContent.trim(); });
});

// ---- ticks, remembered in this browser where it allows that
var place = "edi-guard:" + data.key, ticked = {};
try { ticked = JSON.parse(localStorage.getItem(place) || "{}"); } catch (error) { ticked = {}; }
function remember() { try { localStorage.setItem(place, JSON.stringify(ticked)); } catch (error) { /* not here */ } }
rows.forEach(function (row) {
  var box = row.querySelector(".tick");
  box.checked = !!ticked[row.dataset.mark];
  row.classList.toggle("done", box.checked);
});
body.addEventListener("change", function (event) {
  if (!event.target.classList.contains("tick")) { return; }
  var row = event.target.closest("tr");
  if (event.target.checked) { ticked[row.dataset.mark] = 1; } else { delete ticked[row.dataset.mark]; }
  row.classList.toggle("done", event.target.checked);
  remember();
  filter();
});

// ---- filters
// A browser lays out a few hundred rows at once; thousands only when they are wanted, or printed.
var first = 300, limit = first, more = byId("more");
rows.forEach(function (row) { row.text = row.textContent.toLowerCase(); });
var filters = {search: byId("search"), severity: byId("severity"), rule: byId("rule"), payer: byId("payer"), open: byId("open")};
function filter() {
  var words = filters.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  var shown = 0, cents = 0, done = 0;
  rows.forEach(function (row) {
    var is = row.says, isDone = row.classList.contains("done");
    var fits = (!filters.severity.value || is.severity === filters.severity.value) &&
      (!filters.rule.value || is.rule === filters.rule.value) &&
      (!filters.payer.value || is.payer === filters.payer.value) &&
      (!filters.open.checked || !isDone) &&
      words.every(function (word) { return row.text.indexOf(word) >= 0; });
    row.hidden = !fits || shown >= limit;
    if (row.detail) { row.detail.hidden = row.hidden || row.detail.closed; }
    if (fits) { shown++; cents += is.cents; if (isDone) { done++; } }
  });
  more.hidden = shown <= limit;
  more.textContent = "Show all " + shown + " findings";
  byId("count").textContent = shown + " of " + rows.length + " findings, " + done + " done, " + dollars(String(cents / 100));
}
Object.keys(filters).forEach(function (name) {
  filters[name].addEventListener(name === "search" ? "input" : "change", filter);
});
more.addEventListener("click", function () { limit = Infinity; filter(); });
window.addEventListener("beforeprint", function () { more.before = limit; limit = Infinity; filter(); });
window.addEventListener("afterprint", function () { limit = more.before; filter(); });
document.querySelector(".filters").addEventListener("submit", function (event) { event.preventDefault(); });
byId("print").addEventListener("click", function () { window.print(); });

// ---- sorting
document.querySelectorAll("th button").forEach(function (button) {
  button.addEventListener("click", function () {
    var head = button.closest("th"), key = button.dataset.sort;
    var down = head.getAttribute("aria-sort") === "ascending" || (head.getAttribute("aria-sort") === "none" && key === "cents");
    document.querySelectorAll("th[aria-sort]").forEach(function (other) { other.setAttribute("aria-sort", "none"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    var value = function (row) { return key === "severity" ? ranks[row.says.severity] : row.says[key]; };
    rows.sort(function (a, b) {
      var x = value(a), y = value(b);
      return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1);
    });
    var piece = document.createDocumentFragment();
    rows.forEach(function (row) { piece.appendChild(row); if (row.detail) { piece.appendChild(row.detail); } });
    body.appendChild(piece);
    filter();
  });
});

// ---- claims
function marks(found) {
  return (found || []).map(function (mark) {
    var parts = mark.split(" ");
    return element("span", "mark " + parts[0], parts[1]);
  });
}
function marked(found) { return found && found.length ? " marked " + found[0].split(" ")[0] : ""; }
function addMarks(parent, found) { marks(found).forEach(function (mark) { parent.appendChild(mark); }); }
function drawn(form) {
  if (!form) { return null; }
  var drawing = data.forms[form.kind], values = form.values || {}, found = form.marks || {};
  var whole = element("div", "form");
  put(whole, element("h3", "", form.kind + " (drawn, not the form itself)"));
  var boxes = element("div", "boxes");
  drawing.boxes.forEach(function (one) {
    var box = element("div", "box" + marked(found[one[0]]));
    put(box, element("small", "", one[0] + " " + one[1]));
    addMarks(box, found[one[0]]);
    put(box, element("span", "value", values[one[0]] || ""));
    boxes.appendChild(box);
  });
  put(whole, boxes);
  var table = element("table"), head = element("tr");
  put(head, element("th", "", "Line"));
  drawing.columns.forEach(function (column) { put(head, element("th", "", column[0] + " " + column[1])); });
  Array.prototype.forEach.call(head.children, function (cell) { cell.scope = "col"; });
  put(table, put(element("thead"), head));
  var lines = element("tbody");
  (form.lines || []).forEach(function (line) {
    var row = element("tr"), first = element("th", marked(line.whole), line.line);
    first.scope = "row";
    addMarks(first, line.whole);
    put(row, first);
    line.cells.forEach(function (value, index) {
      var here = (line.marks || {})[drawing.columns[index][0]];
      var cell = element("td", marked(here));
      put(cell, element("span", "value", value));
      addMarks(cell, here);
      put(row, cell);
    });
    lines.appendChild(row);
  });
  put(whole, put(table, lines));
  (form.other || []).forEach(function (one) {
    var note = element("p", "", "Box " + one[0] + (one[1] ? ", line " + one[1] : "") + ":");
    addMarks(note, one[2]);
    put(whole, note);
  });
  return whole;
}
function pair(label, text) {
  if (!text) { return null; }
  return put(element("p"), element("strong", "", label + " "), document.createTextNode(text));
}
function told(finding) {
  var rule = data.rules[finding.rule] || {};
  var whole = element("div", "finding " + finding.severity);
  var title = element("h3");
  put(title, element("span", "badge " + finding.severity, finding.severity), document.createTextNode(" "), element("code", "", finding.rule), document.createTextNode(" " + (rule.summary || "") + (finding.dollars ? " " + dollars(finding.dollars) + " at risk" : "")));
  put(whole, title, pair("Do:", finding.fix || rule.fix), pair("What:", finding.message));
  put(whole, pair("Seen:", finding.observed), pair("Expected:", finding.expected), pair("Why it is denied:", rule.why), pair("Exceptions:", rule.exceptions));
  var codes = [];
  if (finding.carc) { codes.push("CARC " + finding.carc); }
  if (finding.rarc) { codes.push("RARC " + finding.rarc); }
  if (finding.status) { codes.push("277CA " + finding.status); }
  put(whole, pair("Likely answer:", codes.join("; ")), pair("Where:", [finding.box, finding.where].filter(Boolean).join("; ")), pair("Stated in:", finding.source || rule.source));
  return whole;
}
function claim(one) {
  var whole = element("div");
  var title = element("h3", "", "Claim " + one.id + ", number " + one.number + " of the file: " + one.disposition);
  put(whole, title, element("p", "quiet", [one.payer, one.from + (one.to && one.to !== one.from ? " to " + one.to : ""), dollars(one.charge)].filter(Boolean).join(" \u00b7 ")));
  one.targets.forEach(function (text) { put(whole, element("p", "", text)); });
  put(whole, drawn(one.form));
  one.findings.forEach(function (finding) { put(whole, told(finding)); });
  if (one.repairs.length) {
    var list = element("ul");
    one.repairs.forEach(function (repair) {
      put(list, put(element("li"), element("code", "", repair.rule), document.createTextNode(" " + repair.title + (repair.line ? ", line " + repair.line : "") + " (" + repair.where + "): "), element("del", "", repair.before), document.createTextNode(" "), element("ins", "", repair.after)));
    });
    put(whole, element("h3", "", "Repairs"), list);
  }
  return whole;
}
body.addEventListener("click", function (event) {
  var button = event.target.closest(".open");
  if (!button) { return; }
  var row = button.closest("tr");
  if (!row.detail) {
    row.detail = element("tr", "detail");
    var cell = element("td");
    cell.colSpan = 9;
    put(row.detail, put(cell, claim(data.claims[row.dataset.key])));
    row.after(row.detail);
    row.detail.closed = true;
  }
  row.detail.closed = !row.detail.closed;
  row.detail.hidden = row.detail.closed;
  button.setAttribute("aria-expanded", String(!row.detail.closed));
});
filter();
body.hidden = false;
}());
