import assert from "node:assert/strict";
import { test } from "node:test";
import { smallAreas, touchingSets } from "../../static/editor/checks/areas.js";
import { cleanUp } from "../../static/editor/checks/cleanup.js";
import { Dismissals, dismissalOf, findingsToSend } from "../../static/editor/checks/dismissals.js";
import { checksPayload } from "../../static/editor/checks/payload.js";
import { findingOf, gather } from "../../static/editor/checks/places.js";
import { CHECKS, MOST, runChecks } from "../../static/editor/checks/run.js";
import { DEFAULT_PROFILE } from "../../static/editor/profile.js";
import { map, random, rows } from "./helpers.mjs";

/** As in the douga: 1 to 5 are lines, 5 of a book; 0 and 6 to 9 are fills, 9 of a book. */
const isLine = Uint8Array.from({ length: 256 }, (_, value) => Number(value >= 1 && value <= 5));
const isFill = Uint8Array.from({ length: 256 }, (_, value) => Number(value === 0 || (value >= 6 && value <= 9)));
const isBook = Uint8Array.from({ length: 256 }, (_, value) => Number(value === 5 || value === 9));

function given(values, width, more = {}) {
  const profile = { ...DEFAULT_PROFILE, ...more.profile };
  return { isLine, isFill, dismissed: [], pair: null, ...more, values, width, height: values.length / width, profile };
}

/** What one check finds in rows of text, before neighbours are gathered. */
function found(check, text, more) {
  const result = runChecks(given(map(...text), text[0].length, more)).find((group) => group.check === check);
  return result?.places ?? [];
}

/** Rows of one character. */
const blank = (width, height, character = ".") => Array(height).fill(character.repeat(width));

/** Rows with a text laid over them at a place. */
function placed(text, x, y, patch) {
  return text.map((row, at) => {
    const over = patch[at - y];
    return over === undefined ? row : row.slice(0, x) + over + row.slice(x + over.length);
  });
}

test("fills that share an edge are found with its length; a line between them is enough", () => {
  const open = ["......", "666777", "666777", "666777", "666777", "......"].map((row) => row.replaceAll(".", "1"));
  const [place] = found("fills-meet", open, { profile: { speck: 0, hole: 0 } });
  assert.equal(place.size, 4);
  assert.deepEqual(place.box, { x0: 2, y0: 1, x1: 3, y1: 5 });
  assert.deepEqual(found("fills-meet", ["666177", "666177", "666177"]), []);
});

test("fills that meet only in a corner for a px or two, and ignore beside a fill, are no finding", () => {
  const corner = [...blank(12, 4, "6"), "666666777777", "666666777777", ...blank(12, 4, "1")].map((row, y) =>
    y < 4 ? "111111111111" : row,
  );
  assert.deepEqual(found("fills-meet", corner), []);
  const ignored = map(...blank(12, 6, "6"));
  for (let y = 0; y < 6; y++) ignored.fill(255, y * 12 + 6, y * 12 + 12);
  assert.deepEqual(runChecks(given(ignored, 12)), []);
});

test("the edge of a speck or a hole is not reported once more as fills that meet", () => {
  const speck = placed(blank(30, 30, "6"), 12, 12, ["77", "77"]);
  const groups = runChecks(given(map(...speck), 30));
  assert.deepEqual(groups.map(({ check, total }) => [check, total]), [["specks", 1]]);
  const hole = placed(blank(30, 30, "6"), 12, 12, ["..", ".."]);
  assert.deepEqual(runChecks(given(map(...hole), 30)).map(({ check }) => check), ["holes"]);
});

test("a fill of another stored value of the same class is another fill, too", () => {
  const levels = map(...blank(20, 10, "6"));
  for (let y = 0; y < 10; y++) levels.fill(15, y * 20 + 10, y * 20 + 20);
  const more = { isFill: isFill.with(15, 1) };
  assert.deepEqual(runChecks(given(levels, 20, more)).map(({ check }) => check), ["fills-meet"]);
});

/** A box of lines of 1 px, 16 px wide and high, with its top open for so many px; fills are 0 in and out. */
function box(gap, at = 12) {
  const side = "1" + ".".repeat(14) + "1";
  const top = "1".repeat(at - 4) + ".".repeat(gap) + "1".repeat(16 - (at - 4) - gap);
  return placed(blank(32, 32), 8, 8, [top, ...Array(14).fill(side), "1".repeat(16)]);
}

test("an opening in a contour is a leak with the area it would cut off; a closed one is none", () => {
  const [leak] = found("leaks", box(3));
  assert.equal(leak.size, 14 * 14);
  assert.equal(leak.gap, 3);
  assert.deepEqual([leak.y, leak.x >= 16 && leak.x < 20], [8, true]);
  assert.deepEqual(found("leaks", box(0)), []);
});

test("an opening wider than the profile's gap is meant, and with gap 0 nothing leaks", () => {
  assert.deepEqual(found("leaks", box(5)), []);
  assert.equal(found("leaks", box(5), { profile: { gap: 8 } }).length, 1);
  assert.deepEqual(found("leaks", box(3), { profile: { gap: 0 } }), []);
});

test("a line that ends in the open, or two pieces of one in the open, part nothing and leak nothing", () => {
  assert.deepEqual(found("leaks", placed(blank(40, 20), 10, 10, ["11111111111111"])), []);
  assert.deepEqual(found("leaks", placed(blank(40, 20), 6, 10, ["1111111111..11111111111"])), []);
});

test("a line that stops short of another is a leak if what is behind it is closed otherwise", () => {
  const room = placed(blank(40, 30), 5, 5, ["1".repeat(30), ...Array(18).fill("1" + ".".repeat(28) + "1"), "1".repeat(30)]);
  const wall = placed(room, 18, 6, Array(15).fill("2"));
  const [leak] = found("leaks", wall);
  assert.equal(leak.check, "leaks");
  // The room is 28 x 18; the wall stands on its column 12, so 12 columns of 18 px lie to the left of it.
  assert.equal(leak.size, 12 * 18);
});

test("lines in the profile's range of widths are fine, and wider stretches are one place each", () => {
  const bar = (thick) => placed(blank(80, 40), 5, 10, Array(thick).fill("1".repeat(70)));
  const profile = { line_width: { min: 0.05, max: 0.1 } };
  assert.deepEqual(found("line-width", bar(3), { profile }), []);
  assert.deepEqual(found("line-width", bar(4), { profile }), []);
  const [wide] = found("line-width", bar(7), { profile });
  assert.deepEqual([wide.width, wide.parts], [7, 1]);
  const [fine] = found("line-width", bar(1), { profile });
  assert.equal(fine.width, 1);
});

test("no pen is finer than 3 px on a small frame", () => {
  const bar = placed(blank(80, 40), 5, 10, Array(3).fill("1".repeat(70)));
  assert.deepEqual(found("line-width", bar), []);
});

test("a solid area drawn as line is found unless the production says that it is line", () => {
  const solid = placed(blank(80, 60), 10, 10, Array(30).fill("1".repeat(60)));
  assert.deepEqual(found("solid-black", solid), []);
  for (const rule of ["fill", "ask"]) {
    const [place] = found("solid-black", solid, { profile: { solid_black: rule } });
    assert.ok(place.width > 25 && place.width <= 30, place.width);
  }
  assert.deepEqual(found("line-width", solid), [], "it is an area, not a wide line");
});

test("specks and holes are areas of fewer px than the profile says: lines by corners, fills by sides", () => {
  const lines = placed(placed(blank(40, 40), 5, 5, ["1.1", ".1.", "1.1"]), 30, 30, ["11111111"]);
  assert.deepEqual(found("specks", lines).map(({ size }) => size), [5]);
  const fills = placed(blank(40, 40, "6"), 5, 5, ["7.", ".7"]);
  const groups = runChecks(given(map(...fills), 40));
  assert.deepEqual(groups.map(({ check, places }) => [check, places[0].size, places[0].parts]), [["holes", 2, 2], ["specks", 2, 2]]);
  assert.deepEqual(found("specks", lines, { profile: { speck: 5 } }), []);
});

test("a line of several classes hangs together: a short piece in it is no speck", () => {
  assert.deepEqual(found("specks", placed(blank(60, 9), 5, 4, ["1".repeat(20) + "22" + "1".repeat(20)])), []);
});

test("small areas are those that a plain search finds, for any limit", () => {
  const next = random(8);
  for (let i = 0; i < 150; i++) {
    const [width, height] = [1 + Math.floor(next() * 18), 1 + Math.floor(next() * 18)];
    const values = Uint8Array.from({ length: width * height }, () => [0, 0, 0, 6, 6, 1, 2, 255][Math.floor(next() * 8)]);
    for (const below of [0, 1, 2, 5, 9, 30]) {
      const areas = smallAreas({ values, width, height, isLine, isFill }, below).map(({ pixels }) => [...pixels].sort((a, b) => a - b));
      assert.deepEqual(areas, plainAreas(values, width, height).filter((area) => area.length < below));
    }
  }
});

/** All areas, by growing each from its first pixel. */
function plainAreas(values, width, height) {
  const key = (value) => (isLine[value] ? "line" : isFill[value] ? value : null);
  const seen = new Set();
  const joined = (a, b) => {
    const [dx, dy] = [Math.abs((a % width) - (b % width)), Math.abs(Math.floor(a / width) - Math.floor(b / width))];
    return key(values[a]) === key(values[b]) && (key(values[a]) === "line" ? Math.max(dx, dy) : dx + dy) === 1;
  };
  return [...values.keys()].flatMap((start) => {
    if (seen.has(start) || key(values[start]) === null) return [];
    const area = [start];
    seen.add(start);
    for (const at of area) {
      for (let beside = Math.max(0, at - width - 1); beside <= Math.min(width * height - 1, at + width + 1); beside++) {
        if (!seen.has(beside) && joined(at, beside)) area.push(beside) && seen.add(beside);
      }
    }
    return [area.sort((a, b) => a - b)];
  });
}

test("areas and sets worked out by hand", () => {
  const text = ["..6.", ".66.", "1..6", ".1.6"];
  const areas = smallAreas({ values: map(...text), width: 4, height: 4, isLine, isFill }, 4);
  const found = areas.map(({ value, line, pixels }) => [value, line, [...pixels].sort((a, b) => a - b)]);
  assert.deepEqual(found.sort((a, b) => a[2][0] - b[2][0]), [
    [0, false, [0, 1, 4]],
    [6, false, [2, 5, 6]],
    [0, false, [3, 7]],
    [1, true, [8, 13]],
    [0, false, [9, 10, 14]],
    [6, false, [11, 15]],
    [0, false, [12]],
  ].sort((a, b) => a[2][0] - b[2][0]));
  assert.deepEqual(touchingSets([0, 5, 3, 12], 4), [[0, 5], [3], [12]]);
});

/** A cel of 20 x 20 px in a frame of 60 x 40, and a douga beside it. */
function pairOf(douga, shift = 0) {
  const cel = map(...placed(blank(60, 40), 10, 10, Array(20).fill("1".repeat(20))));
  const outline = ["1".repeat(20), ...Array(18).fill("1" + "6".repeat(18) + "1"), "1".repeat(20)];
  const drawn = douga ?? placed(blank(60, 40), 10 + shift, 10, outline);
  return { values: map(...drawn), pair: { cel, douga: map(...drawn), isLine, isBook } };
}

function pairFound(check, { values, pair }) {
  return runChecks(given(values, 60, { pair })).find((group) => group.check === check)?.places ?? [];
}

test("a cel whose border has a line within the tolerance is fine", () => {
  for (const shift of [0, 2]) {
    assert.deepEqual(pairFound("border-without-line", pairOf(null, shift)), []);
    assert.deepEqual(pairFound("line-outside-cel", pairOf(null, shift)), []);
  }
});

test("a border without a line is found where it is bare, unless a book covers it", () => {
  const open = ["1".repeat(20), ...Array(18).fill("1" + "6".repeat(18) + "."), "1".repeat(20)];
  const [bare] = pairFound("border-without-line", pairOf(placed(blank(60, 40), 10, 10, open)));
  assert.equal(bare.x, 29);
  // Two px at each end lie within the tolerance of the lines above and below.
  assert.equal(bare.size, 14);
  const covered = open.map((row) => row.replace(/\.$/, "9"));
  assert.deepEqual(pairFound("border-without-line", pairOf(placed(blank(60, 40), 10, 10, covered))), []);
});

test("a line outside the cel is found, unless it is a book's", () => {
  const outline = ["1".repeat(20), ...Array(18).fill("1" + "6".repeat(18) + "1"), "1".repeat(20)];
  const stray = (value) => placed(placed(blank(60, 40), 10, 10, outline), 36, 20, [value.repeat(12)]);
  const [place] = pairFound("line-outside-cel", pairOf(stray("2")));
  assert.equal(place.size, 12);
  assert.deepEqual(pairFound("line-outside-cel", pairOf(stray("5"))), []);
});

test("without the other kind the checks across both find nothing; a cel mask is not asked about lines", () => {
  const cel = map(...placed(blank(60, 40), 10, 10, Array(20).fill("1".repeat(20))));
  const none = new Uint8Array(256);
  const fills = Uint8Array.from({ length: 256 }, (_, value) => Number(value < 2));
  assert.deepEqual(runChecks(given(cel, 60, { isLine: none, isFill: fills })), []);
  const holed = map(...placed(placed(blank(60, 40), 10, 10, Array(20).fill("1".repeat(20))), 15, 15, ["."]));
  assert.deepEqual(runChecks(given(holed, 60, { isLine: none, isFill: fills })).map(({ check }) => check), ["holes"]);
});

test("a check that the profile switches off is not run; the gravest come first", () => {
  const text = placed(placed(blank(40, 40, "6"), 5, 5, ["77"]), 30, 30, ["."]);
  const names = (checks) => runChecks(given(map(...text), 40, { profile: { checks } })).map(({ check }) => check);
  assert.deepEqual(names({}), ["holes", "specks"]);
  assert.deepEqual(names({ specks: false }), ["holes"]);
  assert.deepEqual(Object.keys(CHECKS).slice(0, 2), ["leaks", "fills-meet"]);
});

test("neighbouring findings are one place, and the largest is where one looks", () => {
  const make = (x, size) => findingOf("specks", Array.from({ length: size }, (_, i) => 1000 + x + i), 1000);
  const [first, second, ...none] = gather([make(10, 2), make(16, 5), make(300, 3)], 8);
  assert.deepEqual(none, []);
  assert.deepEqual([first.size, first.parts, first.x, first.box.x0, first.box.x1], [7, 2, 18, 10, 21]);
  assert.deepEqual([second.size, second.parts], [3, 1]);
});

test("of each check the gravest places are listed, and the total says how many more there are", () => {
  const dots = Array.from({ length: 120 }, (_, y) => (y % 20 === 5 ? "....1".padEnd(20, ".").repeat(6) : ".".repeat(120)));
  const [{ check, total, places }] = runChecks(given(map(...dots), 120));
  assert.deepEqual([check, total, places.length], ["specks", 36, MOST]);
});

test("a dismissed place is listed apart, with its reason, until it grows", () => {
  const speck = (pixels) => map(...placed(blank(60, 40), 20, 20, [pixels]));
  const dismissed = [{ check: "specks", box: { x0: 20, y0: 20, x1: 22, y1: 21 }, reason: "a glint" }];
  const [group] = runChecks(given(speck("11"), 60, { dismissed }));
  assert.deepEqual([group.total, group.places, group.dismissed[0].reason], [0, [], "a glint"]);
  const others = runChecks(given(map(...placed(blank(60, 40), 40, 20, ["11"])), 60, { dismissed }));
  assert.deepEqual([others[0].total, others[0].dismissed], [1, []]);
  assert.equal(dismissalOf({ check: "holes", box: dismissed[0].box }, dismissed), undefined);
});

class Storage {
  kept = new Map();
  getItem = (key) => this.kept.get(key) ?? null;
  setItem = (key, value) => this.kept.set(key, value);
}

test("dismissals are kept by frame, begin with those of the last submission, and can be taken back", () => {
  const storage = new Storage();
  const place = { check: "holes", box: { x0: 1, y0: 2, x1: 3, y1: 4 }, size: 3 };
  const first = new Dismissals(storage, 7, [{ check: "specks", box: [5, 6, 7, 8], size: 2, reason: "before" }]);
  assert.deepEqual(first.list[0].box, { x0: 5, y0: 6, x1: 7, y1: 8 });
  first.add(place, "meant so");
  assert.deepEqual(new Dismissals(storage, 7).list.map(({ reason }) => reason), ["before", "meant so"]);
  assert.deepEqual(new Dismissals(storage, 8).list, []);
  first.remove(place);
  assert.deepEqual(new Dismissals(storage, 7, []).list.map(({ reason }) => reason), ["before"]);
});

test("of the frames the hundred used last are kept, and a full storage loses nothing of the visit", () => {
  const storage = new Storage();
  const place = { check: "holes", box: { x0: 1, y0: 2, x1: 3, y1: 4 } };
  for (let id = 200; id > 90; id--) new Dismissals(storage, id).add(place, "so");
  assert.equal(new Dismissals(storage, 200).list.length, 0);
  assert.equal(new Dismissals(storage, 91).list.length, 1);
  const full = new Dismissals({ getItem: () => null, setItem: () => assert.fail("no room") }, 1);
  full.add(place, "so");
  assert.equal(full.list.length, 1);
});

test("what is sent names each place with its box and reason, dismissed ones first", () => {
  const place = (reason) => ({ check: "holes", box: { x0: 1, y0: 2, x1: 3, y1: 4 }, size: 2.4, reason });
  const sent = findingsToSend([{ places: [place("")], dismissed: [place("so")] }]);
  assert.deepEqual(sent, [
    { check: "holes", box: [1, 2, 3, 4], size: 2, reason: "so" },
    { check: "holes", box: [1, 2, 3, 4], size: 2, reason: "" },
  ]);
  assert.equal(findingsToSend([{ places: Array(300).fill(place("")), dismissed: [] }]).length, 200);
});

function cleaned(text, what, dismissed = []) {
  const values = map(...text);
  const { erased, painted, count } = cleanUp({ ...given(values.slice(), text[0].length, { dismissed }), what });
  for (const at of erased) values[at] = 0;
  for (const { value, pixels } of painted) for (const at of pixels) values[at] = value;
  return { rows: rows(values, text[0].length), count };
}

test("specks take the fill around them, ink specks go; larger areas stay", () => {
  const text = placed(placed(blank(16, 12, "6"), 3, 3, ["77"]), 8, 4, ["777777777".slice(0, 3), "777", "777"]);
  const after = cleaned(text, "specks");
  assert.equal(after.count, 1);
  assert.deepEqual(after.rows, placed(blank(16, 12, "6"), 8, 4, ["777", "777", "777"]));
  const { erased } = cleanUp({ ...given(map(...placed(blank(16, 12, "6"), 3, 3, ["22"])), 16), what: "specks" });
  assert.deepEqual([...erased], [51, 52]);
});

test("holes take the fill around them, in a line the line's value; dismissed ones stay", () => {
  assert.deepEqual(cleaned(placed(blank(16, 12, "6"), 3, 3, ["..", ".."]), "holes").rows, blank(16, 12, "6"));
  assert.deepEqual(cleaned(placed(blank(16, 12, "1"), 3, 3, ["."]), "holes").rows, blank(16, 12, "1"));
  const between = placed(blank(16, 12, "6"), 3, 3, ["1111", "1..6", "1111"]);
  assert.deepEqual(cleaned(between, "holes").rows, placed(between, 4, 4, ["66"]));
  const dismissed = [{ check: "holes", box: { x0: 3, y0: 3, x1: 4, y1: 4 }, reason: "so" }];
  const kept = placed(blank(16, 12, "6"), 3, 3, ["."]);
  assert.deepEqual(cleaned(kept, "holes", dismissed), { rows: kept, count: 0 });
});

test("the payload tells lines, fills and books by the kind, whichever of the two is open", () => {
  const classes = [["flat_area", "fill"], ["visible_line", "line"], ["book_line", "line"], ["book_fill", "fill"]];
  const entries = [0, 1, 2, 3].map((value) => ({ value, class_index: value }));
  const douga = { name: "douga", classes: classes.map(([name, group], index) => ({ name, group, index })), entries };
  const cel = { name: "cel", classes: classes.slice(0, 2).map(([name], index) => ({ name, group: "fill", index })), entries: entries.slice(0, 2) };
  const doc = (kind, values) => ({ kind, width: 2, height: 1, profile: DEFAULT_PROFILE, sheet: { values } });
  const lines = Uint8Array.of(1, 2);
  const mask = Uint8Array.of(0, 1);
  const ofDouga = checksPayload(doc(douga, lines), [], { kind: cel, values: mask });
  assert.deepEqual([...ofDouga.isLine.subarray(0, 4)], [0, 1, 1, 0]);
  assert.deepEqual([...ofDouga.isFill.subarray(0, 5)], [1, 0, 0, 1, 0]);
  const ofCel = checksPayload(doc(cel, mask), [], { kind: douga, values: lines });
  assert.deepEqual([...ofCel.isLine.subarray(0, 4)], [0, 0, 0, 0]);
  for (const { pair } of [ofDouga, ofCel]) {
    assert.deepEqual([...pair.cel, ...pair.douga], [0, 1, 1, 2]);
    assert.deepEqual([...pair.isBook.subarray(0, 4)], [0, 0, 1, 1]);
  }
  assert.notEqual(ofDouga.values, lines, "the worker gets a copy");
});
