// The times of a run, as data.py wrote them, and what is to be drawn of them: by the same rules as
// the screen's picture and view/bars.py, in numbers alone.

const MANY = -1;
const UNSEEN = -1;

/** The first index from which on a sorted list is not less than a value (or greater). */
function bisect(sorted, value, begin = 0, end = sorted.length, right = false) {
  while (begin < end) {
    const middle = (begin + end) >> 1;
    if (sorted[middle] < value || (right && sorted[middle] === value)) begin = middle + 1;
    else end = middle;
  }
  return begin;
}

/** From steps to times; what is not known stays null. */
function cumulated(steps) {
  let time = 0;
  return steps.map((step) => (step === null ? null : (time += step)));
}

function decodedSamples(told) {
  if (!told || told.times.length < 2) return null;
  const spent = Object.entries(told.spent).map(([state, parts]) => {
    const sums = new Float64Array(parts.length);
    for (let k = 1; k < parts.length; k++) sums[k] = sums[k - 1] + parts[k];
    return { state: Number(state), sums };
  });
  return {
    times: Float64Array.from(cumulated(told.times)),
    seen: Uint8Array.from(told.seen, (letter) => letter.charCodeAt(0) - 97),
    firsts: told.firsts,
    reach: told.reach,
    spent: spent.sort((one, other) => one.state - other.state),
  };
}

function decodedRow(told, numbers) {
  const starts = Float64Array.from(cumulated(told.starts));
  const ends = starts.map((start, i) => start + told.lengths[i]);
  const sums = new Float64Array(starts.length + 1);
  const reach = new Float64Array(starts.length + 1);
  let nested = false;
  for (let i = 0; i < starts.length; i++) {
    const from = i ? reach[i] : -Infinity;
    nested ||= from > starts[i];
    const own = Math.max(0, ends[i] - Math.max(starts[i], from));
    sums[i + 1] = sums[i] + (told.busy ? told.busy[i] : own);
    reach[i + 1] = Math.max(from, ends[i]);
  }
  return {
    ...told,
    starts,
    ends,
    sums,
    reach,
    nested,
    tasks: told.tasks ? cumulated(told.tasks) : null,
    samples: decodedSamples(told.samples),
    outcomes: numbers ? numbers.outcome : "",
  };
}

function decodedRun(told) {
  const tasks = told.tasks
    ? { ...told.tasks, submitted: cumulated(told.tasks.submitted) }
    : null;
  const [times, depths] = told.queue;
  return {
    ...told,
    tasks,
    queue: { times: cumulated(times), depths, most: Math.max(0, ...depths) },
    rows: told.rows.map((row) => decodedRow(row, tasks)),
  };
}

/** Time in which a row was busy, before a time. */
function busyBefore(row, time) {
  const count = bisect(row.starts, time);
  if (!count) return 0;
  const over = Math.max(0, row.reach[count] - time);
  if (!row.busy) return row.sums[count] - over;
  const length = Math.max(1, row.ends[count - 1] - row.starts[count - 1]);
  return row.sums[count] - (over / length) * row.busy[count - 1];
}

const busyBetween = (row, begin, end) => busyBefore(row, end) - busyBefore(row, begin);

const KINDS = { B: "busy", P: "partly", F: "failed", L: "lost", C: "cancelled" };
const OUTCOMES = { 3: "failed", 4: "lost", 5: "lost", 8: "cancelled" };

/** Which kind of bar a span is. */
function kindOf(row, index) {
  if (row.kinds) return KINDS[row.kinds[index]];
  return OUTCOMES[row.outcomes[row.tasks[index]]] || "busy";
}

/**
 * The bars of a row from one time to another, where `least` is the shortest that is drawn alone.
 * Each has a `begin` and an `end`, a `kind`, and the `index` of its span or MANY with `tasks`.
 */
function barsOf(row, least, from, to) {
  const { starts, ends, reach } = row;
  const found = [];
  let here = Math.max(0, bisect(reach, from, 0, reach.length, true) - 1);
  let reached = -Infinity;
  while (here < starts.length && starts[here] < to) {
    const first = Math.floor(starts[here] / least) * least;
    const behind = Math.max(here + 1, bisect(starts, first + least, here));
    const whole = [];
    for (let k = row.nested ? here : behind - 1; k < behind; k++) {
      if (2 * (ends[k] - starts[k]) >= least) whole.push(k);
    }
    const crowd = behind - here - whole.length;
    const following = behind < starts.length ? starts[behind] : Infinity;
    const until = whole.length && !row.nested ? starts[whole[0]] : following;
    if (crowd === 1) {
      const index = whole.includes(here) ? firstBut(here, behind, whole) : here;
      const end = Math.max(ends[index], Math.min(starts[index] + least, until));
      const kind = kindOf(row, index);
      const shown = kind === "busy" ? "partly" : kind;
      found.push({ begin: starts[index], end, kind: shown, index, tasks: countOf(row, index) });
    } else if (crowd) {
      let [begin, end] = [first, first + least];
      if (!row.nested) {
        begin = Math.max(first, reached);
        end = Math.max(starts[here], Math.min(end, until));
      }
      end = Math.max(end, begin + 1);
      const kind = 2 * busyBetween(row, begin, end) >= end - begin ? "busy" : "partly";
      let tasks = 0;
      for (let k = here; k < behind; k++) if (!whole.includes(k)) tasks += countOf(row, k);
      const before = found[found.length - 1];
      if (before && before.index === MANY && before.end === begin && before.kind === kind) {
        before.end = end;
        before.tasks += tasks;
      } else {
        found.push({ begin, end, kind, index: MANY, tasks });
      }
    }
    for (const index of whole) {
      reached = ends[index];
      const kind = kindOf(row, index);
      const tasks = countOf(row, index);
      found.push({ begin: starts[index], end: reached, kind, index, tasks });
    }
    here = behind;
  }
  return found;
}

const countOf = (row, index) => (row.counts ? row.counts[index] : 1);

function firstBut(here, behind, whole) {
  let index = here;
  while (index < behind && whole.includes(index)) index++;
  return index;
}

/** The state that took most of the time between two times; of several, the first. */
function mostOf({ times, spent }, begin, end) {
  const first = bisect(times, begin, 0, times.length, true);
  const last = bisect(times, end, 0, times.length, true);
  if (end <= begin || !last) return 0;
  const within = (k, time, sums) => {
    // Between two samples a part of the second one's counts.
    const [since, until] = [times[k - 1], times[k]];
    return Math.floor(((sums[k] - sums[k - 1]) * (time - since)) / (until - since));
  };
  let [longest, found] = [0, 0];
  for (const { state, sums } of spent) {
    let time = sums[last - 1];
    if (last < times.length) time += within(last, end, sums);
    if (first) {
      time -= sums[first - 1];
      if (first < times.length) time -= within(first, begin, sums);
    }
    if (time > longest) [longest, found] = [time, state];
  }
  return found;
}

/**
 * What is shown of a bar from `time` on, and until when: the state of the sample that tells of it,
 * or, where `least` is longer than two samples, the one that took most of that.
 */
function shownAt(samples, time, least, first, last) {
  const { times, seen } = samples;
  const end = times[times.length - 1];
  const middle = Math.min(Math.max(time + Math.floor(least / 2), first + 1), last);
  if (!(times[0] < middle)) return [UNSEEN, time + least];
  if (middle > end) {
    const late = end <= first || middle - end > samples.reach;
    return [late ? UNSEEN : seen[seen.length - 1], time + least];
  }
  const k = Math.max(1, Math.min(bisect(times, middle), times.length - 1));
  if (least < 2 * (times[k] - times[k - 1])) {
    const since = samples.firsts[k] === undefined ? times[k] : samples.firsts[k];
    const after = since > last && seen[k] !== page.unknown;
    const own = k > 1 && after && times[k - 1] > first ? k - 1 : k;
    return [seen[own], times[k]];
  }
  return [mostOf(samples, Math.max(time, first), Math.min(time + least, last)), time + least];
}

/** The pieces of a bar by state, as far as they are in view. */
function piecesOf(row, bar, least, from, to) {
  const whole = [{ begin: bar.begin, end: bar.end, shown: bar.kind }];
  if (!row.samples || bar.kind === "partly" || bar.end <= bar.begin) return whole;
  const [first, last] =
    bar.index === MANY
      ? [bar.begin, bar.end]
      : [row.starts[bar.index], row.ends[bar.index]];
  const found = [];
  let time = Math.max(bar.begin, Math.floor(from / least) * least);
  const end = Math.min(bar.end, to);
  while (time < end) {
    const [shown, told] = shownAt(row.samples, time, least, first, last);
    const until = Math.min(Math.max(told, time + 1), bar.end);
    const before = found[found.length - 1];
    if (before && before.shown === shown) before.end = until;
    else found.push({ begin: time, end: until, shown });
    time = until;
  }
  return found.length ? found : whole;
}

/** Of what tasks started: the state that took most of each piece of time. */
function othersOf(row, least, from, to) {
  const found = [];
  for (let i = 0; i < row.starts.length; i++) {
    let time = Math.max(row.starts[i], Math.floor(from / least) * least);
    const end = Math.min(row.ends[i], to);
    while (row.samples && time < end) {
      const k = bisect(row.samples.times, time, 0, row.samples.times.length, true);
      const sample = k < row.samples.times.length ? row.samples.times[k] : row.ends[i];
      const until = Math.min(row.ends[i], Math.max(time + least, sample));
      const shown = mostOf(row.samples, time, until);
      const before = found[found.length - 1];
      if (before && before.shown === shown && before.end === time) before.end = until;
      else found.push({ begin: time, end: until, shown });
      time = until;
    }
  }
  return found;
}

/** What a thread of a program did while no task ran on it. */
function outsideOf(row, least, from, to) {
  if (!row.there || !row.samples) return [];
  const { starts, ends } = row;
  const gaps = { samples: row.samples, starts: [], ends: [] };
  const gap = (begin, end) => {
    if (2 * (end - begin) < least) return;
    gaps.starts.push(begin);
    gaps.ends.push(end);
  };
  let [reached, limit] = row.there;
  for (let i = 0; i < starts.length; i++) {
    if (starts[i] >= from - least && reached <= to) gap(reached, Math.min(starts[i], limit));
    reached = Math.max(reached, Math.min(ends[i], limit));
  }
  gap(reached, limit);
  return othersOf(gaps, least, from, to);
}

/** The innermost span of a row at a time, else one that is no farther than `near`; or MANY. */
function spanAt(row, time, near) {
  let index = bisect(row.starts, time, 0, row.starts.length, true) - 1;
  for (let i = index; i >= 0 && row.reach[i + 1] > time; i--) if (row.ends[i] > time) return i;
  if (index >= 0 && time - row.ends[index] <= near) return index;
  index += 1;
  return index < row.starts.length && row.starts[index] - time <= near ? index : MANY;
}
