// Times and figures in words, as the lab says them (analysis/wording.py, view/viewport.py).

const NS = 1e9;
const UNITS = [["s", NS], ["ms", 1e6], ["µs", 1e3]];

/** A length of time in a unit that suits it. */
function duration(ns) {
  const seconds = ns / NS;
  if (seconds >= 100) return `${Math.round(seconds).toLocaleString("en")} s`;
  if (seconds >= 0.9995) return `${seconds.toFixed(seconds < 10 ? 3 : 2)} s`;
  if (seconds >= 0.0009995) return `${(seconds * 1e3).toFixed(seconds < 0.1 ? 1 : 0)} ms`;
  return `${(seconds * 1e6).toFixed(0)} µs`;
}

const seconds = (ns) => `${(ns / NS).toFixed(4)} s`;
const percent = (share) => `${(share * 100).toFixed(0)} %`;

/** The smallest of 1, 2 and 5 × 10ⁿ that is at least so long. */
function roundStep(least, digits = [1, 2, 5]) {
  for (let power = 1; ; power *= 10) {
    for (const digit of digits) if (digit * power >= least) return digit * power;
  }
}

/** A time among others that are `step` apart and reach so far. */
function told(time, step, until) {
  if (time === 0) return "0";
  const [unit, size] = UNITS.find((each) => until >= each[1]) || UNITS[2];
  const decimals = step < size ? String(Math.floor(size / step) - 1).length : 0;
  return `${(time / size).toFixed(decimals)} ${unit}`;
}

/** Round times from one time to another, so far apart; and from when they count, if not from 0. */
function ticksOf(from, to, apart) {
  const step = roundStep(Math.max(1, apart));
  const first = Math.ceil(from / step) * step;
  let [base, rounder] = [0, 0];
  if (first >= 1000 * step) {
    rounder = roundStep(100 * step, [1]);
    base = Math.floor(first / rounder) * rounder;
  }
  const since = Math.max(1, to - base);
  const ticks = [];
  for (let time = first; time < to; time += step) {
    ticks.push([time, (base ? "+" : "") + told(time - base, step, since)]);
  }
  return { ticks, base: base ? told(base, rounder, base) : "" };
}
