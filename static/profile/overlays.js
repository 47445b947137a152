/** What is drawn over the preview, in screen pixels: names at their areas, samples at true scale, places of checks. */

import { t } from "../editor/i18n.js";
import { plainName } from "../editor/kinds.js";
import { pxOf } from "./settings.js";
import { shownAs } from "./colors.js";

const FONT = "12px system-ui, 'Noto Sans', 'Noto Sans CJK JP', sans-serif";
const INK = "#131418";
const PAPER = "rgb(250 250 250 / 94%)";
const WHITE = "#fafafa";
const DARK = "rgb(13 14 17 / 88%)";
const LIGHT = "#e6e7ea";
const MARK = "#ffd866";
/** CSS px of the names' lines and of the samples' card. */
const LINE = 20;
const CARD = { width: 236, row: 26, pad: 10 };

/**
 * A name at each value's widest place, moved down where another is in its way.
 * @param {CanvasRenderingContext2D} context
 * @param {import("../editor/viewport.js").Viewport} viewport
 * @param {Map<number, {x: number, y: number, count: number}>} found
 * @param {object} kind with names
 * @param {number | null} only
 * @param {number} ratio device px a CSS px
 */
export function drawNames(context, viewport, found, kind, only, ratio) {
  context.save();
  context.scale(ratio, ratio);
  context.font = FONT;
  context.textBaseline = "middle";
  const taken = [];
  const entries = kind.entries.filter(({ value }) => found.has(value) && (only === null ? value !== 0 : value === only));
  for (const entry of entries) {
    const at = viewport.toScreen(found.get(entry.value).x + 0.5, found.get(entry.value).y + 0.5);
    drawName(context, { x: at.x / ratio, y: at.y / ratio }, plainName(t(entry.name)), shownAs(kind, entry), taken);
  }
  context.restore();
}

function drawName(context, at, name, color, taken) {
  const width = context.measureText(name).width + 30;
  const box = { x: at.x + 10, y: at.y - LINE / 2, width };
  while (taken.some((other) => overlaps(box, other))) box.y += LINE + 2;
  taken.push(box);
  context.strokeStyle = LIGHT;
  context.beginPath();
  context.moveTo(at.x, at.y);
  context.lineTo(box.x, box.y + LINE / 2);
  context.stroke();
  dot(context, at, color);
  pill(context, box, name, color);
}

function overlaps(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && Math.abs(a.y - b.y) < LINE;
}

function dot(context, { x, y }, color) {
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.stroke();
}

function pill(context, { x, y, width }, name, color) {
  context.fillStyle = DARK;
  context.beginPath();
  context.roundRect(x, y, width, LINE, 5);
  context.fill();
  context.fillStyle = color;
  context.fillRect(x + 6, y + 5, 11, LINE - 10);
  context.strokeRect(x + 6, y + 5, 11, LINE - 10);
  context.fillStyle = LIGHT;
  context.fillText(name, x + 23, y + LINE / 2 + 0.5);
}

/**
 * Widths, gap and areas as they would be on this frame, at the scale it is seen at.
 * @param {{settings: object, height: number, lines: boolean}} given height of the frame in px; lines: the kind has some
 */
export function drawSamples(context, viewport, { settings, height, lines }, ratio) {
  const scale = viewport.scale / ratio;
  const rows = (lines ? [...lineRows(settings, height), gapRow(settings, height)] : []).concat(areaRows(settings));
  context.save();
  context.scale(ratio, ratio);
  context.font = FONT;
  context.textBaseline = "middle";
  const x = 10;
  const tall = (row) => Math.max(CARD.row, row.size * scale + 10);
  const full = rows.reduce((sum, row) => sum + tall(row), CARD.pad);
  let y = viewport.screenHeight / ratio - full - 10;
  context.fillStyle = PAPER;
  context.beginPath();
  context.roundRect(x, y, CARD.width, full, 8);
  context.fill();
  context.clip();
  y += CARD.pad / 2;
  for (const row of rows) {
    drawRow(context, row, { x: x + CARD.pad, y: y + tall(row) / 2 }, scale);
    y += tall(row);
  }
  context.restore();
}

function lineRows({ line_width: { min, max } }, height) {
  return [
    { size: min * height, says: t("narrowest %(n)s px", { n: pxOf(min, height) }) },
    { size: max * height, says: t("widest %(n)s px", { n: pxOf(max, height) }) },
  ];
}

function gapRow({ gap, line_width: { min, max } }, height) {
  return { size: ((min + max) / 2) * height, gap, says: t("gap %(n)s px", { n: gap }) };
}

function areaRows({ speck, hole }) {
  return [
    { size: Math.sqrt(speck), area: true, says: t("speck %(n)s px", { n: speck }) },
    { size: Math.sqrt(hole), area: true, says: t("hole %(n)s px", { n: hole }) },
  ];
}

function drawRow(context, row, { x, y }, scale) {
  const size = row.size * scale;
  const long = row.area ? size : 90;
  context.fillStyle = INK;
  context.fillRect(x, y - size / 2, long, size);
  context.fillStyle = WHITE;
  if (row.gap) context.fillRect(x + (long - row.gap * scale) / 2, y - size / 2 - 1, row.gap * scale, size + 2);
  context.fillStyle = INK;
  context.fillText(row.says, x + Math.max(100, long + 10), y);
}

/** Boxes round what a check found. */
export function drawPlaces(context, viewport, places, ratio) {
  context.save();
  context.strokeStyle = MARK;
  context.lineWidth = 2 * ratio;
  for (const { box } of places) {
    const from = viewport.toScreen(box.x0, box.y0);
    const to = viewport.toScreen(box.x1, box.y1);
    const pad = 4 * ratio;
    context.strokeRect(from.x - pad, from.y - pad, to.x - from.x + 2 * pad, to.y - from.y + 2 * pad);
  }
  context.restore();
}
