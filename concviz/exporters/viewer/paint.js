// The timeline on a canvas: ruler, names, rows. Sizes in CSS pixels, as in exporters/drawing.

const [LOW, HIGH, STRIP] = [14, 27, 14];
const [HIGH_GAP, LOW_GAP, HEAD, QUEUE] = [6, 3, 24, 20];
const RULER = 20;
const MOST_HIGH = 24;
const TILE = 7;
const END_ROOM = 12;
const LEAST_PX = 1;
const WEAKER = 0.45; // of the colours where no task runs, as in exporters/drawing
const TICKS_APART = 88;
const SMALL = 11 * 0.602; // width of a small character
const FAMILY = '"DejaVu Sans Mono","Liberation Mono",Menlo,Consolas,monospace';

/** Rows one below the other: of each run its name (if there are several), its queue, its workers. */
function laidOut(runs) {
  const workers = runs.reduce((sum, run) => sum + run.rows.length, 0);
  const high = workers <= MOST_HIGH;
  const rows = [];
  let y = 0;
  const add = (row, height, gap) => {
    rows.push({ ...row, y, height });
    y += height + gap;
  };
  for (const run of runs) {
    if (runs.length > 1) add({ run, head: true }, HEAD, 0);
    if (run.queue.most && runs.length === 1) add({ run, queue: true }, QUEUE, LOW_GAP);
    for (const row of run.rows) {
      const low = row.others || !high;
      add({ run, row }, low ? LOW : HIGH, low ? LOW_GAP : HIGH_GAP);
    }
  }
  return { rows, height: y };
}

class Painter {
  constructor(canvas, runs) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.runs = runs;
    this.layout = laidOut(runs);
    this.patterns = new Map();
    this.measure();
  }

  /** Anew, after the page's colours or size have changed. */
  restyle() {
    this.patterns.clear();
    this.style = getComputedStyle(document.documentElement);
    this.colours = new Map();
  }

  colour(name) {
    if (!this.colours.has(name)) {
      this.colours.set(name, this.style.getPropertyValue(`--${name}`).trim() || "#888");
    }
    return this.colours.get(name);
  }

  measure() {
    this.restyle();
    this.context.font = `13px ${FAMILY}`;
    const names = this.layout.rows.map((each) => this.nameOf(each));
    const widths = names.map((name) => this.context.measureText(name).width);
    this.gutter = Math.min(Math.max(40, ...widths), 240) + 14;
  }

  nameOf(each) {
    if (each.queue) return `queue ${each.run.queue.most.toLocaleString("en")}`;
    return each.row ? each.row.name : "";
  }

  /** As wide as the page, as high as is in view. */
  resize(width, height) {
    this.ratio = window.devicePixelRatio || 1;
    this.width = width;
    this.height = height;
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.restyle();
  }

  get room() {
    return Math.max(40, this.width - this.gutter - END_ROOM);
  }

  /** All of it, from `view.from` on, `view.scale` ns a pixel, scrolled down by so much. */
  paint(view, top, chosen) {
    const context = this.context;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = this.colour("ground");
    context.fillRect(0, 0, this.width, this.height);
    context.textBaseline = "alphabetic";
    this.view = view;
    this.to = view.from + view.scale * (this.room + END_ROOM);
    const { ticks, base } = ticksOf(view.from, this.to, view.scale * TICKS_APART);
    context.fillStyle = this.colour("line");
    for (const [time] of ticks) context.fillRect(Math.round(this.x(time)), 4, 1, this.height);
    context.save();
    context.translate(0, RULER - top);
    const below = top + this.height;
    for (const each of this.layout.rows) {
      if (each.y + each.height < top || each.y > below) continue;
      this.row(each, chosen);
    }
    context.restore();
    this.ruler(ticks, base);
  }

  x(time) {
    return this.gutter + (time - this.view.from) / this.view.scale;
  }

  ruler(ticks, base) {
    const context = this.context;
    context.fillStyle = this.colour("ground");
    context.fillRect(0, 0, this.width, RULER);
    context.font = `11px ${FAMILY}`;
    let free = this.gutter;
    if (base) {
      context.fillStyle = this.colour("words");
      context.textAlign = "right";
      context.fillText(base, this.gutter - 8, 13);
      context.textAlign = "left";
    }
    for (const [time, label] of ticks) {
      const x = Math.round(this.x(time));
      context.fillStyle = this.colour("line");
      context.fillRect(x, 4, 1, RULER - 4);
      const width = context.measureText(label).width;
      if (x >= free - 1 && x + width + 4 < this.width) {
        context.fillStyle = this.colour("faint");
        context.fillText(label, x + 4, 13);
        free = x + width + 16;
      }
    }
  }

  /** A sign's rectangle: its colour, or its glyph on a shade of that. */
  fill(name, x, y, width, height) {
    const context = this.context;
    const sign = page.signs[name];
    if (name === "partly") [y, height] = [y + height - STRIP / 2, STRIP / 2];
    if (sign.solid || name === "partly") {
      context.fillStyle = this.colour(sign.role);
      context.fillRect(x, y, width, height);
      return;
    }
    if (sign.bar) {
      context.fillStyle = this.colour(`${sign.role}-shade`);
      context.fillRect(x, y, width, height);
    }
    const kept = this.pattern(name, height);
    if (kept.y !== y) {
      const scale = 1 / this.ratio;
      kept.pattern.setTransform(new DOMMatrix([scale, 0, 0, scale, this.gutter, y]));
      kept.y = y;
    }
    context.fillStyle = kept.pattern;
    context.fillRect(x, y, width, height);
  }

  pattern(name, height) {
    const key = `${name} ${height}`;
    if (!this.patterns.has(key)) {
      const tile = document.createElement("canvas");
      tile.width = TILE * this.ratio;
      tile.height = height * this.ratio;
      const context = tile.getContext("2d");
      context.scale(this.ratio, this.ratio);
      context.font = `${(TILE / 0.602).toFixed(2)}px ${FAMILY}`;
      context.fillStyle = this.colour(page.signs[name].role);
      context.fillText(page.signs[name].glyph, 0, height - 3);
      this.patterns.set(key, { pattern: this.context.createPattern(tile, "repeat"), y: null });
    }
    return this.patterns.get(key);
  }

  row(each, chosen) {
    const context = this.context;
    const { run, row, y, height } = each;
    if (each.head) {
      context.font = `bold 13px ${FAMILY}`;
      context.fillStyle = this.colour("words");
      context.fillText(run.name, 0, y + 17);
      const x = context.measureText(`${run.name}  `).width;
      context.font = `13px ${FAMILY}`;
      context.fillStyle = this.colour("faint");
      context.fillText(run.said, x, y + 17);
      return;
    }
    context.font = `13px ${FAMILY}`;
    context.fillStyle = this.colour("faint");
    context.textAlign = "right";
    context.fillText(this.nameOf(each), this.gutter - 10, y + height / 2 + 5, this.gutter - 12);
    context.textAlign = "left";
    context.save();
    context.beginPath();
    context.rect(this.gutter, y - 1, this.width - this.gutter, height + 2);
    context.clip();
    if (each.queue) this.queue(run, y);
    else if (row.others) this.pieces(othersOf(row, ...this.window()), y, height);
    else {
      this.context.globalAlpha = WEAKER;
      this.pieces(outsideOf(row, ...this.window()), y + Math.max(0, height - STRIP), STRIP);
      this.context.globalAlpha = 1;
      this.worker(run, row, y, height, chosen && chosen.row === row ? chosen.index : null);
    }
    context.restore();
    if (run.ended && this.runs.length > 1) {
      const x = this.x(run.length);
      context.fillStyle = this.colour("faint");
      if (x >= this.gutter) context.fillRect(x, y - 1, 1, height + 2);
    }
  }

  window() {
    return [Math.max(1, Math.round(LEAST_PX * this.view.scale)), this.view.from, this.to];
  }

  /** Where a piece is, cut to what is in view; it is seen however short it is. */
  span(begin, end) {
    const x = Math.max(this.x(begin), this.gutter - 4);
    return [x, Math.max(Math.min(this.x(end), this.width + 4) - x, LEAST_PX / 2)];
  }

  pieces(pieces, y, height) {
    for (const { begin, end, shown } of pieces) {
      const name = typeof shown === "string" ? shown : shown < 0 ? "unseen" : page.states[shown];
      this.fill(name, ...this.place(begin, end, y), height);
    }
  }

  place(begin, end, y) {
    const [x, width] = this.span(begin, end);
    return [x, y, width];
  }

  queue(run, y) {
    const { times, depths, most } = run.queue;
    const context = this.context;
    const begin = Math.max(0, bisect(times, this.view.from) - 1);
    context.beginPath();
    context.moveTo(this.gutter - 4, y + QUEUE);
    for (let k = begin; k < times.length && times[k] < this.to; k++) {
      const end = k + 1 < times.length ? times[k + 1] : run.length;
      const [x, width] = this.span(times[k], end);
      const top = y + QUEUE - (depths[k] / most) * (QUEUE - 2);
      context.lineTo(x, top);
      context.lineTo(x + width, top);
      if (k + 1 >= times.length || times[k + 1] >= this.to) context.lineTo(x + width, y + QUEUE);
    }
    context.fillStyle = this.colour("queue-shade");
    context.fill();
  }

  worker(run, row, y, height, chosen) {
    const context = this.context;
    const [least, from, to] = this.window();
    if (row.starting && row.starting[1] > from) {
      const [x, width] = this.span(...row.starting);
      this.fill("starting", x, y + height - LOW, width, LOW);
    }
    if (run.tasks) this.returning(run, row, y + height - LOW, least, from, to);
    for (const [begin, end] of row.transfers ?? []) {
      if (end < from || begin > to) continue;
      this.fill("transfer", ...this.place(begin, end, y + height - LOW), LOW);
    }
    for (const bar of barsOf(row, least, from, to)) {
      const pieces = piecesOf(row, bar, least, from, to);
      this.pieces(pieces, y, height);
      const [x, width] = this.span(bar.begin, bar.end);
      if (["failed", "lost", "cancelled"].includes(bar.kind)) {
        const at = Math.max(x, x + width - 7);
        this.fill(bar.kind, at, y, x + width - at, height);
      }
      if (bar.index === MANY) continue;
      if (width > 2) {
        context.fillStyle = this.colour("ground");
        context.fillRect(x, y, 1, height);
      }
      if (row.tasks) this.name(run, row.tasks[bar.index], pieces, x, y, width, height);
      if (bar.index === chosen) {
        context.strokeStyle = this.colour("selected");
        context.lineWidth = 2;
        context.strokeRect(x, y, Math.max(width, 2), height);
        context.lineWidth = 1;
      }
    }
    if (row.died !== undefined) {
      context.font = `bold 13px ${FAMILY}`;
      context.fillStyle = this.colour(page.signs.died.role);
      context.fillText(page.signs.died.glyph, this.x(row.died) + 1, y + height - 3);
    }
  }

  /** Results that were on their way, behind their tasks. */
  returning(run, row, y, least, from, to) {
    let k = Math.max(0, bisect(row.starts, from) - 1);
    for (; k < row.starts.length && row.starts[k] < to; k++) {
      const after = run.tasks.collected[row.tasks[k]];
      if (after === null) continue;
      const next = k + 1 < row.starts.length ? row.starts[k + 1] : Infinity;
      const until = Math.min(row.ends[k] + after, next);
      if (2 * (until - row.ends[k]) < least) continue;
      this.fill("returning", ...this.place(row.ends[k], until, y), LOW);
    }
  }

  /** A task's label or number in its bar, if there is room. */
  name(run, task, pieces, x, y, width, height) {
    const context = this.context;
    const label = run.tasks?.labels[task];
    const names = label ? [label, label.slice(label.indexOf("("))] : [];
    names.push(...(label || height === LOW ? [] : [`task ${task}`]), String(task));
    const said = names.find((each) => each.length * SMALL + 8 < width);
    if (!said) return;
    context.font = `11px ${FAMILY}`;
    const reach = x + 6 + said.length * SMALL;
    const nameOf = ({ shown }) =>
      typeof shown === "string" ? shown : shown < 0 ? "unseen" : page.states[shown];
    const first = page.signs[nameOf(pieces[0])];
    const under = pieces.filter(({ begin }) => this.x(begin) < reach);
    const mixed = under.length > 1 && under.some((piece) => page.signs[nameOf(piece)].solid);
    const apart = height === LOW || mixed; // glyphs and colours go on behind it
    if (apart) {
      context.strokeStyle = this.colour("ground");
      context.lineWidth = 3;
      context.lineJoin = "round";
      context.strokeText(said, x + 4, y + 10.5);
      context.lineWidth = 1;
    }
    context.fillStyle = this.colour(first.solid && !apart ? `${first.role}-on` : "words");
    context.fillText(said, x + 4, y + 10.5);
  }
}
