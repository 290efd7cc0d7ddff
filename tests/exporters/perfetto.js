// Loads traces into Perfetto's own trace processor, and answers questions about each in SQL.
//
//     node perfetto.js FOLDER TRACE … < statements.json > answers.json
//
// FOLDER holds engine_bundle.js and the .wasm beside it: the worker that runs behind Perfetto's page,
// which here gets a port to talk to and files in place of a network. Statements are a JSON list of SQL;
// answers, for each trace and each of them, rows (objects by column). It speaks protobuf, of which it
// needs little:
// perfetto/protos/perfetto/trace_processor/trace_processor.proto has the numbers of the fields.
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const [folder, ...traces] = process.argv.slice(2);
const APPEND = 1, FINALIZE = 2, QUERY = 3, RESET = 10;

// -- protobuf --

function varint(number) {
  const bytes = [];
  for (; number > 127; number = Math.floor(number / 128)) bytes.push((number % 128) | 128);
  return Buffer.from([...bytes, number]);
}
const number = (field, value) => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field, value) => Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);

function readVarint(buffer, at) {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = buffer[at++];
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [value, at];
  }
}

function* fields(buffer) {
  for (let at = 0; at < buffer.length; ) {
    let key, value;
    [key, at] = readVarint(buffer, at);
    const wire = Number(key & 7n);
    if (wire === 0) [value, at] = readVarint(buffer, at);
    else {
      let length = wire === 1 ? 8n : 4n;
      if (wire === 2) [length, at] = readVarint(buffer, at);
      value = buffer.subarray(at, at + Number(length));
      at += Number(length);
    }
    yield [Number(key >> 3n), value];
  }
}

function packed(value) {
  const found = [];
  for (let at = 0, one; at < value.length; ) {
    [one, at] = readVarint(value, at);
    found.push(BigInt.asIntN(64, one));
  }
  return found;
}

// -- the worker --

class Files {  // as its page would fetch them
  open(_, name) { this.name = name; }
  send() {
    const found = fs.readFileSync(path.join(folder, path.basename(this.name)));
    this.response = found.buffer.slice(found.byteOffset, found.byteOffset + found.length);
    this.status = 200;
  }
}
const worker = {
  console: { log() {}, warn() {}, error() {} },
  location: { href: "engine_bundle.js" },
  XMLHttpRequest: Files,
  importScripts() {},
  WorkerGlobalScope: class {},
  TextDecoder, TextEncoder, setTimeout, clearTimeout, performance, crypto, URL,
};
worker.self = worker.globalThis = worker;
vm.createContext(worker);
vm.runInContext(fs.readFileSync(path.join(folder, "engine_bundle.js"), "utf8"), worker);

let answered = () => {};
let replies = [];
const port = {
  postMessage(reply) {
    replies.push(Buffer.from(reply));
    answered();
  },
};

// -- questions --

let sent = 0;
async function ask(method, ...parts) {
  const request = Buffer.concat([number(1, ++sent), number(2, method), ...parts]);
  const message = vm.runInContext("Uint8Array", worker).from(bytes(1, request));
  replies = [];
  port.onmessage({ data: message });
  const found = [];
  for (const [, rpc] of fields(Buffer.concat(replies))) {
    for (const [field, value] of fields(rpc)) {
      if (field === 5 || field === 1000) throw new Error(value.toString());
      found.push([field, value]);
    }
  }
  return found;
}

async function query(sql) {
  const columns = [], rows = [];
  let row = {};
  for (const [field, result] of await ask(QUERY, bytes(103, bytes(1, Buffer.from(sql))))) {
    if (field !== 203) continue;
    for (const [inner, value] of fields(result)) {
      if (inner === 1) columns.push(value.toString());
      if (inner === 2 && value.length) throw new Error(`${value} in ${sql}`);
      if (inner !== 3) continue;
      const batch = { cells: [], whole: [], floats: [], texts: [] };
      for (const [part, data] of fields(value)) {
        if (part === 1) batch.cells.push(...packed(data));
        if (part === 2) batch.whole.push(...packed(data));
        if (part === 3) for (let at = 0; at < data.length; at += 8) batch.floats.push(data.readDoubleLE(at));
        if (part === 5) batch.texts.push(...data.toString().split("\0"));
      }
      for (const cell of batch.cells) {
        const name = columns[Object.keys(row).length];
        row[name] = { 1: () => null, 2: () => Number(batch.whole.shift()), 3: () => batch.floats.shift(), 4: () => batch.texts.shift() }[cell]();
        if (Object.keys(row).length === columns.length) {
          rows.push(row);
          row = {};
        }
      }
    }
  }
  return rows;
}

async function main() {
  await new Promise((resolve) => setTimeout(resolve, 0));  // the worker has begun
  worker.onmessage({ data: port });
  const statements = JSON.parse(fs.readFileSync(0, "utf8"));
  const answers = [];
  for (const trace of traces) {
    await ask(RESET);
    const whole = fs.readFileSync(trace);
    for (let at = 0; at < whole.length; at += 1 << 22) {
      for (const [field, value] of await ask(APPEND, bytes(101, whole.subarray(at, at + (1 << 22))))) {
        if (field !== 201) continue;
        for (const [inner, error] of fields(value)) if (inner === 2) throw new Error(error.toString());
      }
    }
    await ask(FINALIZE);
    const answer = [];
    for (const sql of statements) answer.push(await query(sql));
    answers.push(answer);
  }
  process.stdout.write(JSON.stringify(answers));
}
main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
