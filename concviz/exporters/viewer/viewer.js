// What a person does with the timeline: zoom, move, point, choose. Nothing is asked of a network.

const page = JSON.parse(document.getElementById("concviz-data").textContent);
const root = document.documentElement;
const MOST_HEIGHT = 1600; // pixels; more rows scroll within the timeline

function themeSwitch(changed) {
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const say = () => {
    button.textContent = dark() ? "Light" : "Dark";
    changed();
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    say();
  });
  system.addEventListener("change", say);
  say();
}

class Viewer {
  constructor() {
    this.scroller = document.getElementById("rows");
    this.card = document.getElementById("card");
    this.live = document.getElementById("live");
    this.runs = page.runs.map(decodedRun);
    this.length = Math.max(...this.runs.map((run) => run.length));
    this.painter = new Painter(this.scroller.querySelector("canvas"), this.runs);
    this.pointers = new Map();
    this.chosen = null;
    this.due = false;
    document.getElementById("viewer").hidden = false;
    this.fit();
    this.listen();
    new ResizeObserver(() => this.resized()).observe(this.scroller.parentElement);
    this.resized();
    document.getElementById("picture").hidden = true; // had anything gone wrong, it would stay
  }

  // -- the view: a time at the left, and nanoseconds a pixel --

  get whole() {
    return this.length / this.painter.room;
  }

  fit() {
    this.fitted = true;
    this.view = { from: 0, scale: this.whole || 1 };
    this.redraw();
  }

  look(from, scale) {
    const least = Math.min(this.whole, 0.1);
    const next = Math.min(Math.max(scale, least), this.whole);
    const last = Math.max(0, this.length - next * this.painter.room);
    const begin = Math.min(Math.max(0, from), last);
    const changed = next !== this.view.scale || begin !== this.view.from;
    this.view = { from: begin, scale: next };
    this.fitted = next === this.whole;
    this.redraw();
    return changed;
  }

  /** So many times as fine; the time at `x` stays where it is. */
  zoom(factor, x = this.painter.gutter + this.painter.room / 2) {
    const scale = Math.min(Math.max(this.view.scale / factor, 0.1), this.whole);
    const time = this.timeAt(x);
    return this.look(time - (x - this.painter.gutter) * scale, scale);
  }

  pan(pixels) {
    return this.look(this.view.from + pixels * this.view.scale, this.view.scale);
  }

  timeAt(x) {
    return this.view.from + (x - this.painter.gutter) * this.view.scale;
  }

  resized() {
    const width = this.scroller.clientWidth;
    const most = Math.max(MOST_HEIGHT, Math.round(window.innerHeight * 0.8));
    const all = this.painter.layout.height + RULER;
    this.scroller.style.height = `${Math.min(all, most)}px`;
    this.scroller.querySelector(".spacer").style.height = `${all}px`;
    this.painter.resize(width, Math.min(all, most));
    if (this.fitted) this.fit();
    else this.look(this.view.from, this.view.scale);
  }

  redraw() {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      this.painter.paint(this.view, this.scroller.scrollTop, this.chosen || this.pointed);
      this.scroller.dataset.from = Math.round(this.view.from);
      this.scroller.dataset.scale = this.view.scale;
    });
  }

  // -- what is at a place --

  at(x, y) {
    const down = y - RULER + this.scroller.scrollTop;
    const each = this.painter.layout.rows.find((r) => down >= r.y && down < r.y + r.height);
    if (!each || each.head || x < this.painter.gutter) return null;
    const { run, row } = each;
    const time = this.timeAt(x);
    if (each.queue) return { run, row: null, time, index: MANY };
    const near = 2 * this.view.scale;
    const index = row.others ? MANY : spanAt(row, time, near);
    return { run, row, time, index };
  }

  /** Shows what is known of a place beside it, within the page. */
  point(event) {
    const box = this.scroller.getBoundingClientRect();
    const place = this.at(event.clientX - box.left, event.clientY - box.top);
    const pointed = place && place.index !== MANY ? { row: place.row, index: place.index } : null;
    if (JSON.stringify([pointed?.index, pointed?.row.name]) !== this.before) this.redraw();
    this.before = JSON.stringify([pointed?.index, pointed?.row.name]);
    this.pointed = pointed;
    if (!place || place.time > place.run.length) return this.away();
    this.card.replaceChildren(...toldOf(place, this.view.scale));
    this.card.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const x = Math.min(event.clientX + 14, window.innerWidth - width - 8);
    const above = event.clientY + 18 + height > window.innerHeight;
    const y = above ? Math.max(4, event.clientY - height - 12) : event.clientY + 18;
    this.card.style.left = `${Math.max(4, x)}px`;
    this.card.style.top = `${y}px`;
    return undefined;
  }

  away() {
    this.card.hidden = true;
    if (this.pointed) this.redraw();
    this.pointed = null;
    this.before = "";
  }

  // -- choosing --

  /** The next task of the row (or the one before), else of the next row. */
  step(by) {
    const rows = this.painter.layout.rows.filter((each) => each.row?.starts.length && !each.row.others);
    if (!rows.length) return;
    let place = this.chosen ? rows.findIndex((each) => each.row === this.chosen.row) : -1;
    let index = this.chosen ? this.chosen.index + by : 0;
    if (place < 0) place = 0;
    else if (index < 0 || index >= rows[place].row.starts.length) {
      place = (place + by + rows.length) % rows.length;
      index = by > 0 ? 0 : rows[place].row.starts.length - 1;
    }
    this.choose(rows[place], index);
  }

  choose({ run, row, y, height }, index) {
    this.chosen = { run, row, index };
    const [begin, end] = [row.starts[index], row.ends[index]];
    const room = this.view.scale * this.painter.room;
    if (begin < this.view.from || end > this.view.from + room) {
      this.look(Math.min(begin, begin - (room - (end - begin)) / 2), this.view.scale);
    }
    const { scrollTop, clientHeight } = this.scroller;
    if (y < scrollTop) this.scroller.scrollTop = y;
    else if (y + height + RULER > scrollTop + clientHeight) {
      this.scroller.scrollTop = y + height + RULER - clientHeight;
    }
    this.live.textContent = sentenceOf(this.chosen);
    this.redraw();
  }

  // -- events --

  listen() {
    const { scroller } = this;
    let scrolled = -Infinity;
    addEventListener("scroll", () => (scrolled = performance.now()), { passive: true });
    addEventListener("resize", () => this.resized());
    scroller.addEventListener("scroll", () => this.redraw(), { passive: true });
    scroller.addEventListener("wheel", (event) => {
      // A page that is being scrolled goes on, though the timeline has come under the pointer.
      if (event.timeStamp - scrolled < 250 && !event.ctrlKey) return;
      const x = event.clientX - scroller.getBoundingClientRect().left;
      const lines = event.deltaMode === 1 ? 16 : 1;
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      const changed =
        event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
          ? this.pan(sideways * lines)
          : this.zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), x);
      if (changed) event.preventDefault();
      this.point(event);
    }, { passive: false });
    scroller.addEventListener("pointerdown", (event) => this.down(event));
    scroller.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) {
      scroller.addEventListener(name, (event) => this.up(event));
    }
    scroller.addEventListener("pointerleave", () => this.away());
    scroller.addEventListener("dblclick", (event) => {
      this.zoom(4, event.clientX - scroller.getBoundingClientRect().left);
    });
    scroller.addEventListener("keydown", (event) => this.key(event));
    const act = (id, does) => document.getElementById(id).addEventListener("click", does);
    act("in", () => this.zoom(2));
    act("out", () => this.zoom(1 / 2));
    act("all", () => this.fit());
    act("earlier", () => this.pan(-this.painter.room / 4));
    act("later", () => this.pan(this.painter.room / 4));
  }

  down(event) {
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.moved = 0;
    if (event.pointerType === "mouse" && event.button !== 0) return;
    this.scroller.setPointerCapture(event.pointerId);
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.point(event);
      return;
    }
    const now = { x: event.clientX, y: event.clientY };
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    if (others.length) {
      const [[, other]] = others;
      const apart = (one) => Math.max(10, Math.abs(one.x - other.x));
      const middle = (now.x + other.x) / 2 - this.scroller.getBoundingClientRect().left;
      this.zoom(apart(now) / apart(before), middle);
    } else {
      this.pan(before.x - now.x);
      this.scroller.scrollTop += before.y - now.y;
    }
    this.moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    this.pointers.set(event.pointerId, now);
    this.card.hidden = true;
  }

  up(event) {
    const pressed = this.pointers.delete(event.pointerId);
    if (!pressed || this.moved > 4 || event.type !== "pointerup") return;
    const box = this.scroller.getBoundingClientRect();
    const place = this.at(event.clientX - box.left, event.clientY - box.top);
    this.chosen = null;
    if (place && place.index !== MANY) {
      const each = this.painter.layout.rows.find((one) => one.row === place.row);
      this.choose(each, place.index);
    }
    this.point(event);
    this.redraw();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const part = this.painter.room / 10;
    const does = {
      "+": () => this.zoom(2),
      "=": () => this.zoom(2),
      "-": () => this.zoom(1 / 2),
      0: () => this.fit(),
      Home: () => this.look(0, this.view.scale),
      End: () => this.look(this.length, this.view.scale),
      ArrowLeft: () => this.pan(-part),
      ArrowRight: () => this.pan(part),
      n: () => this.step(1),
      p: () => this.step(-1),
      Escape: () => {
        this.chosen = null;
        this.live.textContent = "";
        this.away();
        this.redraw();
      },
    }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }
}

const viewer = page.runs.length ? new Viewer() : null;
themeSwitch(() => {
  if (!viewer) return;
  viewer.painter.restyle();
  viewer.redraw();
});
