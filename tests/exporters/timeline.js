// Asks the page's script what it draws: cases come as JSON on standard input, answers go out so.
// Run with node: node timeline.js FOLDER, where the scripts of concviz/exporters/viewer are.

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const cases = JSON.parse(fs.readFileSync(0, "utf8"));
const scripts = ["words.js", "times.js"].map((name) =>
  fs.readFileSync(path.join(process.argv[2], name), "utf8"),
);
const context = vm.createContext({ page: { unknown: cases.unknown }, cases: cases.asked });
vm.runInContext(scripts.join("\n"), context);
const answers = vm.runInContext(
  `cases.map(({ run, leasts }) => {
    const decoded = decodedRun(run);
    return leasts.map((least) =>
      decoded.rows.map((row) =>
        row.others
          ? othersOf(row, least, 0, decoded.length).map((p) => [p.begin, p.end, p.shown])
          : barsOf(row, least, 0, Infinity).map((bar) => [
              bar.begin,
              bar.end,
              bar.kind,
              bar.index === MANY ? MANY : row.tasks[bar.index],
              bar.tasks,
              bar.kind === "partly" || !row.samples
                ? []
                : piecesOf(row, bar, least, 0, Infinity).map((p) => [p.begin, p.end, p.shown]),
            ]),
      ),
    );
  })`,
  context,
);
process.stdout.write(JSON.stringify(answers));
