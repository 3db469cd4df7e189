// The console: shows what the lab does, and changes what it does next. What visitors send is put
// into the page as text only.

const ROWS = 200;
const SECONDS = 120;

const KINDS = [
  ["human", "Human"], ["bot", "Bot"], ["captcha", "Captcha"], ["checkpoint", "Checkpoint"],
  ["flagged", "Flagged"], ["monetised", "Monetised"], ["", "As all browsers"],
];
const CONDITIONS = [["well", "Well"], ["slow", "Slow"], ["failing", "Failing"], ["down", "Down"]];
const FORMS = [["recaptcha", "Like reCAPTCHA v2"], ["hcaptcha", "Like hCaptcha"], ["custom", "Custom"]];

/** Decisions that look alike. */
const GROUPS = {
  pass: ["passed", "captcha_solved", "checkpoint_passed"],
  mark: ["flagged", "monetised"],
  ask: ["captcha", "captcha_failed", "checkpoint", "checkpoint_step"],
  stop: ["blocked", "refused"],
  open: ["failed_open", "unverified"],
};

/** What the chart shows of a second, from its bottom to its top. Who failed open has passed, too. */
const SERIES = [
  { look: "pass", of: ({ passed, failed_open }) => Math.max(0, passed - failed_open) },
  { look: "open", of: ({ failed_open }) => failed_open },
  { look: "ask", of: ({ captcha, checkpoint }) => captcha + checkpoint },
  { look: "stop", of: ({ blocked }) => blocked },
];

/** Counters in the order of the legend, each with its color in the chart. */
const COUNTERS = [
  ["passed", "pass"], ["failed_open", "open"], ["captcha", "ask"], ["checkpoint", "ask"],
  ["blocked", "stop"], ["requests", ""], ["protector_calls", ""], ["log_entries", ""],
];

/** @type {(id: string) => any} An element of the page, which has what it is asked for. */
const byId = (id) => document.getElementById(id);
const { token, state: first } = JSON.parse(byId("state").textContent);
let state = first;

/** An element with attributes and children; strings among them become text nodes. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const groupOf = (decision) =>
  Object.keys(GROUPS).find((group) => GROUPS[group].includes(decision)) ?? "";

/** `failed_open` as words. */
const inWords = (name) => {
  const words = String(name).replaceAll("_", " ").replace(/^protector/, "Protector");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const inMilliseconds = (ms) => `${ms >= 100 ? Math.round(ms) : ms.toFixed(1)} ms`;

const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour12: false });

const written = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

// ---- What is chosen ----------------------------------------------------------------------------

async function post(path, body, said) {
  const status = byId("said");
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-lab-token": token },
      body: JSON.stringify(body),
    });
    const answered = await answer.json();
    if (!answer.ok) throw new Error(answered.error ?? `the lab answered ${answer.status}`);
    status.classList.remove("error");
    status.textContent = said;
    show(answered);
  } catch (error) {
    status.classList.add("error");
    status.textContent = `Nothing was changed: ${error instanceof Error ? error.message : error}`;
    show(state);
  }
}

/** Fills a fieldset with radio buttons. */
function choices(id, options, chosen) {
  for (const [value, label] of options) {
    const input = element("input", { type: "radio", name: id, value });
    input.addEventListener("change", () => chosen(value, label));
    byId(id).append(element("label", {}, input, label));
  }
}

function check(id, value) {
  for (const input of byId(id).querySelectorAll("input")) input.checked = input.value === value;
}

const whose = () => byId("browser").value || null;

const nameOf = (browser) => `${shortAgent(browser.user_agent)} (${browser.id.slice(0, 6)})`;

/** The product that a person would name a browser by. */
function shortAgent(agent) {
  const product = /(Edg|OPR|Firefox|HeadlessChrome|Chrome|Version|curl)\/[\d.]{1,4}/.exec(agent ?? "");
  if (!product) return (agent || "no user agent").slice(0, 60);
  return product[0].replace("Version", "Safari").replace("Edg/", "Edge/").replace(/\.$/, "").replace("/", " ");
}

function showBrowsers() {
  const select = byId("browser");
  const options = [["", "All browsers"], ...state.visitors.browsers.map((one) => [one.id, nameOf(one)])];
  const wanted = JSON.stringify(options);
  // New options would close a list that is open.
  if (select.dataset.shown !== wanted) {
    const before = select.value;
    select.replaceChildren(...options.map(([value, label]) => element("option", { value }, label)));
    select.value = options.some(([value]) => value === before) ? before : "";
    select.dataset.shown = wanted;
  }
  const one = state.visitors.browsers.find((one) => one.id === select.value);
  byId("kind").querySelector("label:last-child").hidden = !one;
  check("kind", one ? (one.kind ?? "") : state.visitors.all);
}

/** Everything of the state that the page shows. */
function show(now) {
  state = now;
  const { distribution, instance } = state;
  const facts = {
    origin: state.origin,
    instances: `${instance.count}${instance.frozen ? ", frozen" : ""}`,
    "cold-starts": String(instance.cold_starts),
    freeze: instance.frozen ? "Thaw" : "Freeze",
    "package-version": state.package.version,
    "package-bytes": `${state.package.bytes.toLocaleString("en")} bytes`,
    "package-sha": state.package.code_sha256,
    settings: written(state.settings),
  };
  for (const [id, text] of Object.entries(facts)) {
    if (byId(id).textContent !== text) byId(id).textContent = text;
  }
  byId("site").textContent = state.site;
  byId("site").href = state.site;
  showBrowsers();
  check("protector", state.protector);
  check("captcha_form", state.captcha_form);
  list("behaviors", distribution.behaviors, "None.", ({ name, slots }) =>
    [element("b", {}, name), element("p", { class: "quiet" }, slots.join(", ") || "not protected")]);
  list("hazards", distribution.hazards, "None.", ({ summary, detail }) =>
    element("details", {}, element("summary", {}, summary), element("p", {}, detail)));
  list("rewritten", state.rewritten, "Nothing.", (line) => line);
}

/** A list whose content seldom changes. */
function list(id, items, none, shown) {
  const key = JSON.stringify(items);
  if (byId(id).dataset.shown === key) return;
  byId(id).dataset.shown = key;
  const lines = items.length ? items.map(shown) : [none];
  byId(id).replaceChildren(...lines.map((line) => element("li", {}, ...[line].flat())));
}

// ---- Counters ----------------------------------------------------------------------------------

/** Points of the last seconds, the newest last. */
let points = [];

function count({ series, ...totals }) {
  // What is told after a reload may be known from the page's own state.
  points = [...new Map([...points, ...series].map((point) => [point.at, point])).values()];
  const lines = COUNTERS.map(([name, look]) =>
    element("li", look ? { class: look } : {}, inWords(name), element("b", {}, totals[name].toLocaleString("en"))));
  byId("legend").replaceChildren(...lines);
  drawChart();
}

/** Stacked bars, a second wide each; the newest second is at the right end. */
function drawChart() {
  const now = Math.max(Math.floor(Date.now() / 1000), points.at(-1)?.at ?? 0);
  points = points.filter(({ at }) => at > now - SECONDS);
  const sum = (point) => SERIES.reduce((total, { of }) => total + of(point), 0);
  const top = Math.max(4, ...points.map(sum));
  const paths = SERIES.map(({ look, of }, index) => {
    const bars = points.filter(of).map((point) => {
      const below = SERIES.slice(0, index).reduce((total, under) => total + under.of(point), 0);
      const height = (of(point) / top) * 40;
      const x = SECONDS - 1 - (now - point.at);
      return `M${x + 0.1} ${40 - (below / top) * 40}v${-height}h.8v${height}z`;
    });
    return drawn("path", { class: look, d: bars.join("") });
  });
  byId("chart").replaceChildren(...paths);
  byId("chart-top").textContent = `${top}/s`;
}

// ---- Requests ----------------------------------------------------------------------------------

/** Shown exchanges by id, the oldest first. */
const rows = new Map();
/** What has come and is not shown yet; log entries of exchanges that have not come. */
let waiting = [];
const early = new Map();
let seen = 0;
let lost = 0;
let paused = false;
let isDue = false;

function arrive(exchange) {
  seen += 1;
  waiting.push(exchange);
  if (waiting.length > ROWS) waiting.shift();
  due();
}

function log(news) {
  const row = rows.get(news.id);
  if (row) {
    enter(row, news);
    if (row.details.open) fill(row);
    return;
  }
  early.set(news.id, news);
  if (early.size > ROWS) early.delete(early.keys().next().value);
}

/** Ten times per second at most, however many come. */
function due() {
  if (isDue) return;
  isDue = true;
  setTimeout(() => {
    isDue = false;
    if (!paused) flush();
    tell();
  }, 100);
}

function flush() {
  const added = waiting.map(addRow).reverse();
  waiting = [];
  byId("exchanges").prepend(...added);
  for (const [id, row] of rows) {
    if (rows.size <= ROWS) break;
    row.item.remove();
    rows.delete(id);
  }
}

function addRow(exchange) {
  rows.get(exchange.id)?.item.remove();
  rows.delete(exchange.id);
  const details = element("details", {}, summaryOf(exchange));
  const row = { exchange, details, item: element("li", {}, details), entry: undefined };
  if (early.has(exchange.id)) enter(row, early.get(exchange.id));
  early.delete(exchange.id);
  details.addEventListener("toggle", () => (details.open ? fill(row) : empty(row)));
  row.item.hidden = !isFound(row);
  rows.set(exchange.id, row);
  return row.item;
}

/** The log entry has come; it may know better what was decided. */
function enter(row, { entry, decision }) {
  row.entry = entry;
  if (!decision || decision === row.exchange.decision) return;
  row.exchange.decision = decision;
  row.details.querySelector(".chip").replaceWith(chip(decision));
}

const chip = (decision) =>
  element("span", { class: `chip ${groupOf(decision)}` }, decision ? inWords(decision) : "Not judged");

function summaryOf({ at, method, target, status, decision, spans, ms }) {
  return element(
    "summary", {},
    element("span", { class: "when" }, clock(at)),
    element("span", { class: "target", title: `${method} ${target}` }, element("span", { class: "method" }, method), ` ${target}`),
    element("span", { class: "status" }, String(status)),
    chip(decision),
    bars(spans, ms, true),
    element("span", { class: "took" }, inMilliseconds(ms)),
  );
}

function colorOf({ name, failure }) {
  if (failure) return "failure";
  const known = [["protector", "protector"], ["origin-re", "response"], ["viewer-response", "response"], ["viewer", "viewer"], ["cache", "cache"], ["origin", "origin"]];
  return known.find(([part]) => name.toLowerCase().includes(part))?.[1] ?? "viewer";
}

/** Spans to scale: the whole width is the whole request. */
function bars(spans, ms, isTrack) {
  const whole = Math.max(ms, ...spans.map((span) => span.start_ms + span.ms), 0.001);
  const scaled = (part) => (part / whole) * 1000;
  const line = drawn("svg", { class: "line", viewBox: "0 0 1000 14", preserveAspectRatio: "none", "aria-hidden": "true" });
  if (isTrack) line.append(drawn("rect", { class: "track", x: 0, y: 6.5, width: 1000, height: 1 }));
  for (const span of spans) {
    const width = Math.max(scaled(span.ms), 4);
    const x = Math.min(scaled(span.start_ms), 1000 - width);
    line.append(drawn("rect", { class: colorOf(span), x, y: 2, width, height: 10 }));
  }
  return line;
}

function empty(row) {
  row.details.querySelector(".more")?.remove();
}

function fill(row) {
  const { exchange, entry } = row;
  empty(row);
  const parts = [
    facts([
      ["Time", new Date(exchange.at).toISOString()],
      ["Browser", exchange.browser.slice(0, 6)],
      ["Behavior", exchange.behavior],
    ], "facts"),
    timeline(exchange),
    ...titled("Cookies", exchange.cookies.map(cookie)),
    ...titled("Headers added", exchange.headers_added.length
      ? [facts(exchange.headers_added, "facts wrap code")] : []),
    ...titled("Headers removed", exchange.headers_removed.length
      ? [element("p", { class: "code" }, exchange.headers_removed.join(", "))] : []),
    element("h3", {}, "Log entry for ingest"),
    entry === undefined
      ? element("p", { class: "quiet" }, "It has not been sent yet.")
      : element("pre", { class: "code", tabindex: "0", role: "group", "aria-label": "Log entry" }, written(entry)),
  ];
  row.details.append(element("div", { class: "more" }, ...parts.filter(Boolean)));
}

/** A heading and what is below it, if there is anything. */
const titled = (title, parts) => (parts.length ? [element("h3", {}, title), ...parts] : []);

function facts(pairs, look) {
  const lines = pairs.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, String(value))));
  return element("dl", { class: look }, ...lines);
}

function cookie({ name, direction, value, decoded }) {
  const fields = typeof decoded === "object" ? Object.entries(decoded ?? {}) : [["decoded", decoded]];
  return element("div", { class: "cookie" },
    element("p", {}, element("b", { class: "code" }, name), " ", element("span", { class: "quiet" }, direction)),
    element("p", { class: "code" }, value),
    fields.length
      ? facts(fields.map(([field, held]) => [inWords(field), written(held)]), "facts")
      : null);
}

function timeline({ spans, ms }) {
  const lines = spans.map((span) => {
    const told = [span.detail, span.failure].filter(Boolean).join(": ");
    const cells = [
      element("td", { class: "name" }, span.name),
      element("td", { class: "number begins" }, inMilliseconds(span.start_ms)),
      element("td", { class: "number" }, inMilliseconds(span.ms)),
      element("td", { class: "bars" }, bars([span], ms, true)),
      element("td", span.failure ? { class: "failed" } : {}, told),
    ];
    return element("tr", {}, ...cells);
  });
  const head = element("tr", {},
    element("th", { scope: "col" }, "Step"), element("th", { scope: "col", class: "number begins" }, "Begins"),
    element("th", { scope: "col", class: "number" }, "Takes"),
    element("th", { scope: "col", class: "bars" }, `0 to ${inMilliseconds(ms)}`),
    element("th", { scope: "col" }, "Outcome"));
  return element("table", {}, element("caption", {}, "Timeline"),
    element("thead", {}, head), element("tbody", {}, ...lines));
}

// ---- The list's own controls -------------------------------------------------------------------

function isFound({ exchange }) {
  const sought = byId("find").value.trim().toLowerCase();
  const { method, target, status, decision, behavior } = exchange;
  const text = `${method} ${target} ${status} ${inWords(decision)} ${behavior ?? ""}`;
  return text.toLowerCase().includes(sought);
}

function tell() {
  if (seen === 0) return;
  const parts = [`${rows.size.toLocaleString("en")} of ${seen.toLocaleString("en")} requests, the newest first`];
  if (paused && waiting.length > 0) parts.push(`${waiting.length} more since the pause`);
  if (lost > 0) parts.push(`${lost.toLocaleString("en")} events were dropped because they came faster than the page took them`);
  byId("shown").textContent = `${parts.join("; ")}.`;
}

byId("find").addEventListener("input", () => {
  for (const row of rows.values()) row.item.hidden = !isFound(row);
});

byId("pause").addEventListener("click", () => {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
  due();
});

byId("clear").addEventListener("click", () => {
  byId("exchanges").replaceChildren();
  rows.clear();
  waiting = [];
  tell();
});

// ---- Begin -------------------------------------------------------------------------------------

choices("kind", KINDS, (kind, label) => {
  const browser = whose();
  const name = browser ? byId("browser").selectedOptions[0].textContent : "All browsers";
  post("visitor", { browser, kind: kind || null }, `${name}: ${label.toLowerCase()} from the next request on.`);
});
choices("protector", CONDITIONS, (condition, label) =>
  post("protector", { condition }, `Protector: ${label.toLowerCase()}.`));
choices("captcha_form", FORMS, (form, label) => post("captcha", { form }, `Captcha: ${label}.`));
byId("browser").addEventListener("change", showBrowsers);
byId("freeze").addEventListener("click", () => {
  const act = state.instance.frozen ? "thaw" : "freeze";
  post("instance", { act }, act === "freeze" ? "The instance is frozen." : "The instance runs again.");
});
byId("kill").addEventListener("click", () =>
  post("instance", { act: "kill" }, "The instance is gone; the next request starts another."));
byId("open-breaker").addEventListener("click", () =>
  post("instance", { act: "open-breaker" }, "The breaker is open: Protector is not asked for a while."));

show(first);
count(first.counters);
setInterval(() => {
  if (points.length > 0) drawChart();
}, 1000);

const events = new EventSource("events");
const on = (name, take) => events.addEventListener(name, (event) => take(JSON.parse(event.data)));
on("exchange", arrive);
on("log", log);
on("counters", count);
on("state", show);
on("lost", (news) => {
  lost += news.events;
  due();
});
function connection(text, look) {
  byId("connection").textContent = text;
  byId("connection").className = `connection ${look}`;
}
events.addEventListener("open", () => {
  connection("Live", "live");
  // What happened before, or while the connection was lost.
  fetch("state").then((answer) => answer.json()).then(show).catch(() => {});
});
events.addEventListener("error", () => connection("The lab does not answer", "lost"));
