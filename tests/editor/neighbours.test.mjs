import assert from "node:assert/strict";
import { test } from "node:test";

import { Outbox, Tally, isClick } from "../../static/editor/effortlog.js";
import { CHUNK, Cut, cutOf, panTo } from "../../static/editor/film/cut.js";

/** A server with a cut of so many drawings; counts what it is asked. */
function server(total, current, change = () => {}) {
  const asked = [];
  const get = async (url) => {
    asked.push(url);
    const query = new URL(url, "http://site").searchParams;
    const count = Number(query.get("count"));
    const first = query.has("first") ? Number(query.get("first")) : Math.max(0, current - count / 2);
    const frames = Array.from({ length: Math.min(count, total - first) }, (_, i) => drawing(first + i, first + i === current));
    frames.forEach(change);
    return { frames, first, total, current };
  };
  return { get, asked };
}

function drawing(number, current = false) {
  return { frame: 1000 + number, index: number, label_url: null, same_as: null, pan_x: null, pan_y: null, current };
}

test("a cut of thousands is known piece by piece", async () => {
  const api = server(2000, 1000);
  const cut = new Cut("/film/", api);
  await cut.open();
  assert.equal(cut.total, 2000);
  assert.equal(cut.at(1000).current, true);
  assert.equal(cut.at(0), undefined);
  assert.equal((await cut.load(0)).frame, 1000);
  assert.equal((await cut.load(CHUNK - 1)).frame, 1000 + CHUNK - 1);
  assert.equal(api.asked.length, 2);
  assert.equal(await cut.load(-1), undefined);
  assert.equal(await cut.load(2000), undefined);
});

test("many that ask for one piece at once ask the server once", async () => {
  const api = server(500, 0);
  const cut = new Cut("/film/", api);
  await cut.open();
  await Promise.all([cut.load(300), cut.load(301), cut.load(399)]);
  assert.equal(api.asked.length, 2);
});

test("what failed is asked again", async () => {
  const good = server(500, 0);
  let broken = true;
  const api = { get: (url) => (broken ? Promise.reject(new Error("offline")) : good.get(url)) };
  const cut = new Cut("/film/", api);
  await assert.rejects(cut.open());
  broken = false;
  assert.equal((await cut.load(400)).frame, 1400);
});

test("the nearest labelled drawing is found beyond the piece that is known", async () => {
  const labelled = new Set([1012, 1300]);
  const api = server(400, 200, (row) => labelled.has(row.frame) && (row.label_url = `/label/${row.frame}`));
  const cut = new Cut("/film/", api);
  assert.equal((await cut.labelled(-1)).position, 12);
  assert.equal((await cut.labelled(1)).drawing.frame, 1300);
  labelled.clear();
  const bare = new Cut("/film/", server(400, 200));
  assert.equal(await bare.labelled(1), null);
});

test("a twin is the same drawing elsewhere, with a label", async () => {
  const api = server(10, 5, (row) => {
    if ([1003, 1005, 1008].includes(row.frame)) row.same_as = 1001;
    if ([1004, 1008].includes(row.frame)) row.label_url = "/label/";
  });
  const cut = new Cut("/film/", api);
  assert.equal(cut.twin(), null);
  await cut.open();
  assert.equal(cut.twin().frame, 1008);
});

test("the first drawing's return is its twin, too", async () => {
  const cut = new Cut("/film/", server(4, 0, (row) => row.frame === 1002 && Object.assign(row, { same_as: 1000, label_url: "/x" })));
  await cut.open();
  assert.equal(cut.twin().frame, 1002);
});

test("neighbours are moved by the pan, others are not", async () => {
  const pans = { 1004: [3, 1], 1005: [-12, 2], 1006: [7, 0] };
  const cut = new Cut("/film/", server(10, 5, (row) => ([row.pan_x, row.pan_y] = pans[row.frame] ?? [null, null])));
  await cut.open();
  assert.deepEqual(panTo(cut, 4), { x: -12, y: 2 });
  assert.deepEqual(panTo(cut, 6), { x: -7, y: 0 });
  assert.deepEqual(panTo(cut, 3), { x: 0, y: 0 });
  assert.deepEqual(panTo(cut, 7), { x: 0, y: 0 });
});

test("the open frame's cut is one for whoever asks", () => {
  const doc = { assignment: { urls: { film: "/film/" } } };
  assert.equal(cutOf(doc, {}), cutOf(doc, {}));
});

const line = (length) => ({ points: [{ x: 5, y: 5 }, { x: 5 + length, y: 5 }], unit: 1 });

test("a press that goes nowhere is a click, by the screen's measure", () => {
  assert.equal(isClick([{ x: 1, y: 1 }]), true);
  assert.equal(isClick(line(2).points), true);
  assert.equal(isClick(line(4).points), false);
  assert.equal(isClick(line(4).points, 4), true);
});

test("strokes, clicks and seconds are summed by tool", () => {
  const tally = new Tally("visit-0001");
  assert.equal(tally.empty, true);
  tally.stroke("brush", line(40));
  tally.stroke("brush", line(50));
  tally.stroke("bucket", line(0));
  tally.clicks("command", 2);
  tally.time("brush", 10.04);
  tally.time("bucket", 0.5);
  tally.time("bucket", -4);
  assert.deepEqual(tally.report(), {
    session: "visit-0001",
    active_seconds: 10.5,
    tools: {
      brush: { strokes: 2, clicks: 0, seconds: 10 },
      bucket: { strokes: 0, clicks: 1, seconds: 0.5 },
      command: { strokes: 0, clicks: 2, seconds: 0 },
    },
  });
});

test("each visit has an id of its own that the server takes", () => {
  const [one, other] = [new Tally(), new Tally()];
  assert.notEqual(one.session, other.session);
  assert.match(one.session, /^[\w-]{8,64}$/);
});

/** What a browser's storage does. */
function storage() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

test("what could not be sent waits, the newest totals of each visit, for its own person", () => {
  const shared = storage();
  const box = new Outbox(shared, "mio");
  box.put("/effort/1", { session: "a", active_seconds: 1 });
  box.put("/effort/2", { session: "b", active_seconds: 1 });
  box.put("/effort/1", { session: "a", active_seconds: 9 });
  new Outbox(shared, "ken").put("/effort/3", { session: "c", active_seconds: 1 });
  assert.deepEqual(box.waiting().map(({ url, report }) => [url, report.active_seconds]), [["/effort/2", 1], ["/effort/1", 9]]);
  box.remove("b");
  assert.equal(box.waiting().length, 1);
  assert.equal(new Outbox(shared, "ken").waiting().length, 1);
});

test("a storage that is forbidden or full costs nothing but the figures", () => {
  const broken = { getItem: () => "no json", setItem: () => { throw new Error("full"); } };
  const box = new Outbox(broken, "mio");
  box.put("/effort/1", { session: "a" });
  assert.deepEqual(box.waiting(), []);
  assert.deepEqual(new Outbox(null, "mio").waiting(), []);
});
