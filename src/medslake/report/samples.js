(() => {
  const packed = $("#samples-data");
  const box = $("#sampler");
  if (!packed || !box) return;
  box.hidden = false;
  const SHOWN = 20, TAINTED = 1, SYNTHETIC = 2;
  const form = $("form", box), list = $("#list"), pane = $("#sample"), found = $("#found");
  let tasks = [], units = [], hits = [], at = -1;

  function make(tag, more, ...inside) {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(more || {})) e.setAttribute(name, value);
    e.append(...inside);
    return e;
  }

  async function unpack() {
    const bytes = Uint8Array.from(atob(packed.textContent.trim()), letter => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  function unite(told) {
    tasks = told.tasks;
    for (const task of tasks) {
      const [name, group, language] = FACTS.tasks[task.id] || [task.id, "", ""];
      Object.assign(task, {name, group, language});
      const own = task.rows.map(([title, messages, reference, instance, file, record, access, prompt, variant, marks]) => ({
        task, title, messages, reference, instance, file: task.files[file], record, access, prompt, variant, marks, by: new Map(),
      }));
      for (const [set, row, id, text, finish, values] of task.answers) {
        const failed = Array.isArray(text);
        own[row].by.set(set, {id, text: failed ? "" : text, error: failed ? text[0] : null, finish, values});
      }
      units.push(...own);
    }
    // What is searched, small letters throughout; equal prompts are joined once.
    for (const unit of units) unit.hay = (unit.messages.map(m => m[1]).join("\n") + "\n" + unit.reference).toLowerCase();
    for (const unit of units) for (const answer of unit.by.values()) answer.hay = answer.text.toLowerCase();
  }

  function verdict(unit, answer) {
    const value = unit.task.main < 0 ? null : answer.values[unit.task.main];
    return value === null || value === undefined ? "" : value === 100 ? "right" : value === 0 ? "wrong" : "part";
  }

  function fits(kind, unit, answer, other) {
    if (!kind) return true;
    if (kind === "error") return answer.error !== null;
    if (kind === "tainted") return Boolean(unit.marks & TAINTED);
    if (kind === "unlike") {
      const [paper, strict] = [unit.task.paper, unit.task.main].map(n => n < 0 ? null : answer.values[n]);
      return paper !== null && strict !== null && paper !== strict;
    }
    if (kind === "apart") return Boolean(other) && verdict(unit, answer) !== verdict(unit, other);
    return verdict(unit, answer) === kind;
  }

  function allowed() {
    const models = new Set(view.getAll("model"));
    return FACTS.sets.map((set, n) => ({...set, n})).filter(set => answering.has(set.n) && (!models.size || models.has(set.model))
      && ["prompt", "date"].every(name => !view.get(name) || !set[name] || set[name] === view.get(name)));
  }
  const answering = new Set();

  function options(select, choices, none) {
    const wanted = choices.map(([value]) => value).join("\n");
    if (select.told !== wanted) {
      select.replaceChildren(...(none ? [make("option", {value: ""}, none)] : []), ...choices.map(([value, shown]) => make("option", {value}, shown)));
      select.told = wanted;
    }
  }

  const setNamed = name => FACTS.sets.findIndex(set => set.name === name);

  function tell() {
    const group = view.get("group"), language = view.get("language");
    const open = tasks.filter(task => (!group || task.group === group) && (!language || task.language === language));
    options(form.elements.task, open.map(task => [task.id, task.name === task.id ? task.id : `${task.name} (${task.id})`]), "all");
    const sets = allowed().map(set => [set.name, set.name]);
    options(form.elements.a, sets, "");
    options(form.elements.b, sets, "none");
    const wish = (name, choices, otherwise) => choices.some(([value]) => value === view.get(name)) ? view.get(name) : otherwise;
    form.elements.a.value = wish("a", sets, sets.length ? sets[0][0] : "");
    form.elements.b.value = wish("b", sets, "");
    form.elements.task.value = open.some(task => task.id === view.get("task")) ? view.get("task") : "";
    form.elements.show.value = view.get("show") || "";
    if (form.elements.q.value !== (view.get("q") || "")) form.elements.q.value = view.get("q") || "";
    seek(new Set(open));
  }

  function seek(open) {
    const a = setNamed(form.elements.a.value), b = setNamed(form.elements.b.value);
    const task = form.elements.task.value, kind = form.elements.show.value, q = form.elements.q.value.trim().toLowerCase();
    hits = [];
    for (const unit of units) {
      if (!open.has(unit.task) || task && unit.task.id !== task) continue;
      const answer = unit.by.get(a), other = unit.by.get(b);
      if (!answer || !fits(kind, unit, answer, other)) continue;
      if (q && !unit.hay.includes(q) && !answer.hay.includes(q) && !(other && other.hay.includes(q))) continue;
      hits.push({unit, answer, other});
    }
    at = view.get("sample") ? hits.findIndex(hit => hit.answer.id === view.get("sample")) : -1;
    found.textContent = `${hits.length.toLocaleString("en")} sample${hits.length === 1 ? "" : "s"} found.`;
    drawList();
    drawSample();
  }

  const page = () => Math.max(0, Math.min(Number(view.get("page") || 1) - 1, Math.ceil(hits.length / SHOWN) - 1));

  function drawList() {
    const from = page() * SHOWN;
    list.replaceChildren(...hits.slice(from, from + SHOWN).map(({unit, answer}, n) => {
      const words = {right: "right", wrong: "wrong", part: "right in part", "": ""}[verdict(unit, answer)];
      const said = [unit.task.name, answer.error !== null ? "no answer" : words, unit.marks & TAINTED ? "contaminated" : "", unit.marks & SYNTHETIC ? "synthetic" : ""];
      const button = make("button", {type: "button"}, make("span", {class: "mute"}, said.filter(Boolean).join(" · ")), make("span", {}, unit.title || "(no input)"));
      if (from + n === at) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => { choose(from + n); look(); });
      return make("li", {}, button);
    }));
    $("#earlier").disabled = from === 0;
    $("#later").disabled = from + SHOWN >= hits.length;
  }

  function choose(n) {
    at = n;
    put("sample", hits[n].answer.id);
    put("page", Math.floor(n / SHOWN) ? String(Math.floor(n / SHOWN) + 1) : "");
    writeAddress();
    drawList();
    drawSample();
  }

  function look() {
    pane.focus({preventScroll: true});
    if (pane.getBoundingClientRect().top > innerHeight / 2 || pane.getBoundingClientRect().top < 0) pane.scrollIntoView();
  }

  function step(by) {
    const to = at + by;
    if (to < 0 || to >= hits.length) return;
    choose(to);
    look();
  }

  const text = (title, said) => make("div", {}, make("h4", {}, title), make("pre", {tabindex: "0"}, said));

  function measured(unit, sides) {
    const rows = unit.task.measures.map(([metric, variant], n) => make("tr", {}, make("th", {scope: "row"}, `${metric}, ${variant}`),
      ...sides.map(({answer}) => make("td", {class: "r"}, answer.values[n] === null ? "–" : answer.values[n].toFixed(1)))));
    const head = make("tr", {}, make("th", {scope: "col"}, "measure"), ...sides.map(({name}) => make("th", {scope: "col", class: "r"}, name)));
    return rows.length ? make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)) : "";
  }

  function drawSample() {
    if (at < 0) {
      pane.replaceChildren(make("p", {class: "mute"}, "Choose a sample. With one open, ", make("kbd", {}, "n"), " goes to the next and ", make("kbd", {}, "p"), " to the previous."));
      return;
    }
    const {unit, answer, other} = hits[at];
    const sides = [{name: form.elements.a.value, answer}];
    if (other && other !== answer) sides.push({name: form.elements.b.value, answer: other});
    const stepper = (name, key) => make("button", {type: "button", "aria-keyshortcuts": key}, name, " ", make("kbd", {"aria-hidden": "true"}, key));
    const earlier = stepper("Previous", "p"), later = stepper("Next", "n");
    earlier.disabled = at === 0;
    later.disabled = at === hits.length - 1;
    earlier.addEventListener("click", () => step(-1));
    later.addEventListener("click", () => step(1));
    const tags = [unit.marks & SYNTHETIC ? "synthetic" : "", unit.marks & TAINTED ? "contaminated" : ""].filter(Boolean);
    pane.replaceChildren(
      make("div", {class: "steps"}, earlier, later, make("span", {class: "mute"}, `${(at + 1).toLocaleString("en")} of ${hits.length.toLocaleString("en")}`)),
      make("h3", {}, unit.task.name + " ", make("small", {}, unit.task.id), ...tags.flatMap(tag => [" ", make("span", {class: "tag"}, tag)])),
      make("div", {class: "pair"}, ...sides.map(({name, answer}) => text(
        `${name}${answer.error !== null ? "" : ` (${answer.finish})`}`, answer.error !== null ? "no answer: " + answer.error : answer.text)), text("reference", unit.reference)),
      measured(unit, sides),
      make("h4", {}, `prompt (${unit.prompt}, ${unit.variant} input)`),
      ...unit.messages.map(([role, said]) => make("pre", {tabindex: "0"}, make("b", {}, role), "\n" + said)),
      make("p", {class: "mute told"}, `instance ${unit.instance}, ${unit.file}, row ${unit.record}, access ${unit.access}.`),
      ...sides.map(({answer}) => make("p", {class: "told"}, make("code", {}, `medslake trace prediction ${answer.id}`))),
    );
  }

  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("input", event => {
    put(event.target.name, event.target.value);
    view.delete("page");
    if (event.target.name === "a") view.delete("sample");
    writeAddress();
    tell();
  });
  for (const [id, by] of [["#earlier", -1], ["#later", 1]]) {
    $(id).addEventListener("click", () => { put("page", String(page() + 1 + by)); writeAddress(); drawList(); });
  }
  box.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName)) return;
    if (event.key === "n") step(1);
    else if (event.key === "p") step(-1);
    else return;
    event.preventDefault();
  });
  unpack().then(told => {
    unite(told);
    for (const task of tasks) for (const [set] of task.answers) answering.add(set);
    tellers.push(tell);
    tell();
    document.documentElement.dataset.samples = "there";
  }).catch(error => { found.textContent = "The samples cannot be unpacked in this browser: " + error.message; });
})();
