"use strict";

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 54, RIGHT = 8, TOP = 8, BOTTOM = 20, WIDTH = 600, HEIGHT = 160;
const WORDS = { pass: "pass", fail: "fail", not_measured: "not measured" };

const at = id => document.getElementById(id);
const clock = seconds => seconds < 3600
  ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
  : `${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
const number = value => value >= 100 ? Math.round(value).toLocaleString("en") : String(Math.round(value * 10) / 10);
const ms = value => value >= 1000 ? `${number(value / 1000)} s` : `${number(value)} ms`;

function put(parent, name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
}

function nice(step) {
  const decade = 10 ** Math.floor(Math.log10(Math.max(step, 1e-9)));
  const within = step / decade;
  return (within <= 1 ? 1 : within <= 2 ? 2 : within <= 5 ? 5 : 10) * decade;
}

function plot(svg, points, lines, label) {
  svg.replaceChildren();
  if (points.length < 2) return;
  const first = points[0].s, last = points[points.length - 1].s;
  const most = Math.max(1e-9, ...lines.flatMap(line => points.map(point => point[line.key])));
  const step = nice(most / 3), top = Math.ceil(most / step) * step;
  const x = s => LEFT + (WIDTH - LEFT - RIGHT) * (s - first) / Math.max(1, last - first);
  const y = value => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  for (let tick = 0; tick <= top * 1.001; tick += step) {
    put(svg, "line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick) });
    put(svg, "text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, label(tick));
  }
  put(svg, "text", { x: LEFT, y: HEIGHT - 4 }, clock(first));
  put(svg, "text", { x: WIDTH - RIGHT, y: HEIGHT - 4, "text-anchor": "end" }, clock(last));
  for (const line of lines) {
    const d = points.map((point, i) => `${i === 0 ? "M" : "L"}${x(point.s).toFixed(1)} ${y(point[line.key]).toFixed(1)}`);
    put(svg, "path", { d: d.join(""), class: line.name });
  }
}

function row(kpi) {
  const tr = document.createElement("tr");
  for (const [text, name] of [[kpi.name], [kpi.target, "n"], [kpi.actual, "n"],
    [WORDS[kpi.verdict] + (kpi.words ? `; ${kpi.words}` : ""), kpi.verdict]]) {
    const td = document.createElement("td");
    td.textContent = text;
    if (name) td.className = name;
    tr.append(td);
  }
  return tr;
}

function item(text, name) {
  const li = document.createElement("li");
  li.textContent = text;
  if (name) li.className = name;
  return li;
}

function show(state) {
  document.title = `validate ${state.plan}`;
  at("plan").textContent = state.plan;
  at("summary").textContent = state.summary + (state.time_scale < 1 ? `, shown in less time (${state.time_scale})` : "");
  at("steps").replaceChildren(...state.steps.map(words => item(words)));
  const now = state.phases.indexOf(state.phase);
  at("phases").replaceChildren(...state.phases.map((name, i) => item(name, i < now ? "over" : i === now ? "now" : "")));
  const points = state.points;
  if (points.length > 0) {
    const last = points[points.length - 1];
    const whole = Math.max(1, state.elapsed_s + state.left_s);
    at("elapsed").textContent = clock(state.elapsed_s);
    at("whole").textContent = clock(whole);
    const percent = Math.min(100, 100 * state.elapsed_s / whole);
    at("done").style.width = `${percent}%`;
    at("done").parentElement.setAttribute("aria-valuenow", Math.round(percent));
    at("rate").textContent = number(last.rate);
    at("api").textContent = ms(last.api_p95_ms);
    at("tracking").textContent = ms(last.tracking_p95_ms);
    at("errors").textContent = last.errors.toLocaleString("en");
    plot(at("plot-rate"), points, [{ key: "rate", name: "rate" }], number);
    plot(at("plot-latency"), points, [{ key: "api_p95_ms", name: "api" }, { key: "tracking_p95_ms", name: "tracking" }], ms);
  }
  if (state.kpis && state.kpis.length > 0) {
    const order = { fail: 0, pass: 1, not_measured: 2 };
    const count = verdict => state.kpis.filter(kpi => kpi.verdict === verdict).length;
    at("targets").textContent = `${count("pass")} met, ${count("fail")} failing`;
    at("kpis").replaceChildren(...[...state.kpis].sort((a, b) => order[a.verdict] - order[b.verdict]).map(row));
  }
}

async function look() {
  try {
    const state = await (await fetch("/state")).json();
    show(state);
    at("connection").textContent = state.ended || "";
    if (state.ended) return;
  } catch {
    at("connection").textContent = "The run does not answer any more; it has ended, or was stopped.";
  }
  setTimeout(look, 1000);
}

look();
