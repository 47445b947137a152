/**
 * How many places the checks list on a label map, and how long segments and checks take.
 *
 *     node checks_counts.mjs WIDTH HEIGHT FILE...      files of WIDTH * HEIGHT stored values of a douga
 *
 * Prints one line of JSON a file: {file, segments, joins, overshoots, segments_ms, checks_ms, counts, listed}.
 */

import { readFileSync } from "node:fs";
import { runChecks } from "../../static/editor/checks/run.js";
import { segmentMap } from "../../static/editor/lines/segments.js";
import { DEFAULT_PROFILE } from "../../static/editor/profile.js";

const LINES = [1, 2, 3, 4, 5, 10, 11, 12, 13, 14];
const KNOWN = 20;
const isLine = flags((value) => LINES.includes(value));
const isFill = flags((value) => value < KNOWN && !LINES.includes(value));

function flags(test) {
  return Uint8Array.from({ length: 256 }, (_, value) => Number(test(value)));
}

function timed(run) {
  const start = performance.now();
  return { result: run(), ms: Math.round(performance.now() - start) };
}

function counted(file, width, height) {
  const values = new Uint8Array(readFileSync(file));
  const drawing = { values, width, height, isLine };
  const segments = timed(() => segmentMap(drawing));
  const checks = timed(() => runChecks({ ...drawing, isFill, profile: DEFAULT_PROFILE, dismissed: [], pair: null }));
  return {
    file,
    segments: segments.result.values.length,
    joins: segments.result.joins.length,
    overshoots: segments.result.overshoots.length,
    segments_ms: segments.ms,
    checks_ms: checks.ms,
    counts: Object.fromEntries(checks.result.map(({ check, total }) => [check, total])),
    listed: checks.result.reduce((sum, { places }) => sum + places.length, 0),
  };
}

const [width, height, ...files] = process.argv.slice(2);
for (const file of files) console.log(JSON.stringify(counted(file, Number(width), Number(height))));
