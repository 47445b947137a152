/**
 * How far regions take a person who knows the truth: one loop round each figure, then the clicks that help most.
 *
 *     node regions_quality.mjs WIDTH HEIGHT RGBA_FILE MASK_FILE '{"by": "color", "gap": 4, "tolerance": 14, "loops": true}'
 *
 * Prints one JSON object: regions, actions to 95 % IoU (null when never reached), IoU after the loops and at the end.
 */

import { readFileSync } from "node:fs";
import { imageRegions } from "../../static/editor/regions/build.js";
import { labelParts } from "../../static/editor/regions/components.js";
import { regionsInside } from "../../static/editor/regions/enclosed.js";
import { fillSpans } from "../../static/editor/regions/fill.js";
import { dilated, runsOf } from "../../static/editor/regions/morphology.js";

/** A loop keeps this far from the figure, in px of a frame 1080 lines high. */
const LOOSE = 12;

/** Figures smaller than this share of all that is to be drawn get no loop. */
const FIGURE = 0.02;

const ENOUGH = 0.95;
const MOST = 400;

class Drawing {
  constructor(map, truth, grow) {
    Object.assign(this, { map, truth, grow });
    this.mask = new Uint8Array(truth.length);
    this.wanted = truth.reduce((sum, value) => sum + value, 0);
    this.right = 0;
    this.wrong = 0;
    /** 1 for regions that are filled. A fill changes no other region, only lines. */
    this.filled = new Uint8Array(map.count + 1);
    this.inTruth = Int32Array.from({ length: map.count + 1 }, (_, region) => this.#count(region));
  }

  get iou() {
    return this.right / (this.wanted + this.wrong);
  }

  fill(region, value) {
    const { map, mask, truth } = this;
    this.filled[region] = value;
    fillSpans(map, region, this.grow, (y, x0, x1) => {
      for (let i = y * map.width + x0; i < y * map.width + x1; i++) {
        if (mask[i] === value) continue;
        mask[i] = value;
        if (truth[i]) this.right += value ? 1 : -1;
        else this.wrong += value ? 1 : -1;
      }
    });
  }

  /** The region that puts most pixels right when it is filled or taken away; 0 when none does. */
  best() {
    let [best, most] = [0, 0];
    for (let region = 1; region <= this.map.count; region++) {
      const gain = (2 * this.inTruth[region] - this.map.table.areas[region]) * (this.filled[region] ? -1 : 1);
      if (gain > most) [best, most] = [region, gain];
    }
    return best;
  }

  #count(region) {
    const { firstRun, runStarts, runEnds } = this.map.table;
    let count = 0;
    for (let run = firstRun[region]; region > 0 && run < firstRun[region + 1]; run++) {
      for (let i = runStarts[run]; i < runEnds[run]; i++) count += this.truth[i];
    }
    return count;
  }
}

/** The spans of a mask, row by row. */
function maskSpans(mask, { width, height }) {
  const { starts, ends, firstOfRow } = runsOf(mask, width, height);
  return (emit) => {
    for (let y = 0; y < height; y++) {
      for (let run = firstOfRow[y]; run < firstOfRow[y + 1]; run++) emit(y, starts[run], ends[run]);
    }
  };
}

/** One action a figure, the largest parts of the truth. */
function loops(drawing, share) {
  const { map, truth } = drawing;
  const parts = new Int32Array(truth.length);
  const count = labelParts(truth, map.width, map.height, parts);
  const areas = new Int32Array(count + 1);
  for (const part of parts) areas[part]++;
  let actions = 0;
  for (let part = 1; part <= count && drawing.iou < ENOUGH; part++) {
    if (areas[part] < FIGURE * drawing.wanted) continue;
    const figure = Uint8Array.from(parts, (value) => Number(value === part));
    const inside = dilated(figure, map.width, map.height, (LOOSE * map.height) / 1080);
    for (const region of regionsInside(map, maskSpans(inside, map), share)) drawing.fill(region, 1);
    actions++;
  }
  return actions;
}

function annotate(drawing, options) {
  let actions = options.loops ? loops(drawing, 0.8) : 0;
  const afterLoops = drawing.iou;
  for (let next = drawing.best(); drawing.iou < ENOUGH && next > 0 && actions < MOST; next = drawing.best(), actions++) {
    drawing.fill(next, 1 - drawing.filled[next]);
  }
  return { actions: drawing.iou >= ENOUGH ? actions : null, after_loops: afterLoops, iou: drawing.iou };
}

const [width, height] = process.argv.slice(2, 4).map(Number);
const rgba = new Uint8Array(readFileSync(process.argv[4]));
const truth = new Uint8Array(readFileSync(process.argv[5]));
const options = JSON.parse(process.argv[6]);
const start = performance.now();
const map = imageRegions({ rgba, width, height, lineWidth: 0.006 * height, ...options });
const ms = performance.now() - start;
console.log(JSON.stringify({ regions: map.count, ms: Math.round(ms), ...annotate(new Drawing(map, truth, 6), options) }));
