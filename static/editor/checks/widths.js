/** Lines thinner or wider than the production draws, and areas that are solid line. */

import { frameIndex } from "../lines/grid.js";
import { widthAcross } from "../lines/width.js";
import { findingOf } from "./places.js";

/** A line of n px may measure half a px more or less. */
const TOLERANCE = 0.5;
/** Shorter stretches are wobbles of the hand, in px and in widths. */
const SHORTEST = 6;
/** From so many times the widest line on, something is an area and no line. */
const SOLID = 3;

/**
 * Stretches of lines outside the profile's range of widths.
 * @param {import("./scene.js").Scene} scene
 * @returns {import("./places.js").Finding[]} size: px of length
 */
export function lineWidth(scene) {
  const { min, max } = scene.lineWidths;
  const off = (width) => width + TOLERANCE < min || (width - TOLERANCE > max && width < SOLID * max);
  return stretches(scene, off, SHORTEST).map(({ pixels, width }) => ({
    ...findingOf("line-width", pixels, scene.width),
    width,
  }));
}

/**
 * Solid areas drawn as line. What they are is the production's rule: nothing is found where they are lines.
 * @param {import("./scene.js").Scene} scene
 * @returns {import("./places.js").Finding[]} size: px of length along their middle, times their width
 */
export function solidBlack(scene) {
  if (scene.profile.solid_black === "line") return [];
  const least = SOLID * scene.lineWidths.max;
  return stretches(scene, (width) => width >= least, 1).map(({ pixels, width }) => ({
    ...findingOf("solid-black", pixels, scene.width, Math.round(pixels.length * width)),
    width,
  }));
}

/** Runs of skeleton pixels whose width the test picks; near junctions and tips lines are wider or thinner by nature. */
function stretches({ lines }, picks, shortest) {
  const { chains, widths, grid } = lines;
  return chains.flatMap((chain, number) => {
    const skip = Math.min(Math.floor((chain.pixels.length - 1) / 2), Math.ceil(2 * widths[number]));
    const inner = chain.closed ? chain.pixels : chain.pixels.slice(skip, chain.pixels.length - skip);
    const measured = smoothed(inner.map((at) => widthAcross(grid, at)));
    const long = (run) => run.length >= Math.max(shortest, shortest > 1 ? 2 * widths[number] : 1);
    return runs(measured, picks).filter(long).map((run) => stretch(run, inner, measured, grid));
  });
}

function stretch(run, inner, measured, grid) {
  const width = run.reduce((sum, i) => sum + measured[i], 0) / run.length;
  return { pixels: run.map((i) => frameIndex(grid, inner[i])), width: Math.round(10 * width) / 10 };
}

/** Mean of five neighbours: steps of the pixel raster are no change of width. */
function smoothed(values) {
  return values.map((_, i) => {
    const near = values.slice(Math.max(0, i - 2), i + 3);
    return near.reduce((a, b) => a + b, 0) / near.length;
  });
}

function runs(values, picks) {
  const found = [];
  values.forEach((value, i) => {
    if (!picks(value)) return;
    if (found.at(-1)?.at(-1) === i - 1) found.at(-1).push(i);
    else found.push([i]);
  });
  return found;
}
