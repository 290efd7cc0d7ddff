// What is known of a place on the timeline, in words: for the card beside the pointer, and for
// whoever hears the page.

/** An element with text in it: what comes from a run is text, never markup. */
function node(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

const counted = (number, what) => `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;

/** A task: how it ended, its times and texts as pairs, and in which states it was for how long. */
function knownOf(run, row, index) {
  const task = row.tasks[index];
  const { tasks } = run;
  const begin = row.starts[index];
  const end = row.ends[index];
  const outcome = page.outcomes[Number(tasks.outcome[task])];
  const submitted = tasks.submitted[task];
  const found = [];
  if (submitted !== null) {
    found.push(["queued", `${seconds(submitted)}, for ${duration(begin - submitted)}`]);
  }
  found.push(["started", seconds(begin)]);
  found.push([outcome === "running" ? "so far" : "ended", seconds(end)]);
  found.push(["wall", duration(end - begin)]);
  if (tasks.cpu[task] !== null) found.push(["CPU", duration(tasks.cpu[task])]);
  if (tasks.collected[task] !== null) {
    found.push(["collected", seconds(end + tasks.collected[task])]);
  }
  for (const [name, texts] of [["result", tasks.results], ["raised", tasks.errors]]) {
    if (texts[task] !== undefined) found.push([name, texts[task]]);
  }
  const label = tasks.labels[task] ? ` (${tasks.labels[task]})` : "";
  const states = statesOf(run, tasks.spent[task] || []);
  return { head: `task ${task}${label}: ${outcome}`, found, states };
}

/** Those that took a share worth a word. */
function statesOf(run, spent) {
  const pairs = [];
  for (let k = 0; k < spent.length; k += 2) pairs.push([spent[k], spent[k + 1]]);
  const whole = pairs.reduce((sum, [, time]) => sum + time, 0);
  return pairs
    .filter(([, time]) => time >= 0.005 * whole)
    .map(([state, time]) => ({
      sign: page.signs[page.states[state]],
      word: run.words[state],
      share: percent(time / whole),
      time: duration(time),
    }));
}

/** A span in a sentence. */
function sentenceOf({ run, row, index }) {
  if (!row.tasks) return `${counted(row.counts[index], "task")}; ${row.name}`;
  const { head, found, states } = knownOf(run, row, index);
  const facts = found.map(([name, value]) => `${name} ${value}`);
  const shares = states.map(({ word, share }) => `${word} ${share}`);
  return [head, row.name, ...facts, ...shares].join("; ");
}

/** What a place shows, as elements; a pixel is `scale` nanoseconds. */
function toldOf({ run, row, time, index }, scale) {
  if (!row) {
    const { times, depths } = run.queue;
    const depth = depths[bisect(times, time, 0, times.length, true) - 1] || 0;
    return [node("strong", `${counted(depth, "task")} queued`), node("div", `at ${seconds(time)}`)];
  }
  const least = Math.max(1, Math.round(scale));
  const crowd = row.others ? undefined : crowdAt(row, time, least);
  const alone = index !== MANY && (!crowd || row.ends[index] - row.starts[index] >= least);
  const shown = stateAt(run, row, time, index, least);
  const where = node("div", `${row.name} at ${seconds(time)}${shown ? `: ${shown}` : ""}`);
  if (alone && row.tasks) {
    const { head, found, states } = knownOf(run, row, index);
    return [node("strong", head), tableOf(found), sharesOf(states), where];
  }
  if (crowd || index !== MANY) {
    const many = counted(crowd ? crowd.tasks : row.counts[index], "task");
    const why = crowd ? " too short to be seen: zoom in" : row.counts[index] > 1 ? " put together" : "";
    return [node("strong", `${many}${why}`), where];
  }
  return [node("strong", row.others ? "what tasks started" : "no task"), where];
}

function crowdAt(row, time, least) {
  const near = barsOf(row, least, time - 2 * least, time + 2 * least);
  return near.find(
    (bar) => bar.index === MANY && bar.begin <= time + least && bar.end >= time - least,
  );
}

function tableOf(pairs) {
  const made = node("table");
  for (const [name, value] of pairs) {
    const line = node("tr");
    line.append(node("th", name), node("td", value));
    made.append(line);
  }
  return made;
}

function sharesOf(states) {
  const made = node("table");
  for (const { sign, word, share, time } of states) {
    const line = node("tr");
    const name = node("th");
    name.append(node("span", sign.glyph, `t-${sign.role}`), ` ${word}`);
    line.append(name, node("td", share), node("td", time));
    made.append(line);
  }
  return made;
}

/** The state that is drawn there, in words; "" where there is none. */
function stateAt(run, row, time, index, least) {
  if (!row.samples || (index === MANY && !row.others)) return "";
  if (row.others) {
    const piece = othersOf(row, least, time, time + 1).find((p) => p.begin <= time && time < p.end);
    return piece ? run.words[piece.shown] : "";
  }
  const [shown] = shownAt(row.samples, time, least, row.starts[index], row.ends[index]);
  return shown < 0 ? page.signs.unseen.word : run.words[shown];
}
