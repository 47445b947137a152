/** What the worker can do: pure functions by name, each `(payload) => result` or `=> {result, transfer}`. */

import { cleanUp } from "../checks/cleanup.js";
import { runChecks } from "../checks/run.js";
import { runDepthChecks } from "../depth/checks.js";
import { redrawLines } from "../lines/redraw.js";
import { segmentBuffers, segmentMap } from "../lines/segments.js";
import { imageRegions, labelRegions, regionBuffers } from "../regions/build.js";
import { uncertainPlaces } from "../uncertain.js";

/** @type {Record<string, (payload: any) => any>} */
export const JOBS = {
  segments: (payload) => handedOver(segmentMap(payload), segmentBuffers),
  redrawLines,
  imageRegions: (payload) => handedOver(imageRegions(payload), regionBuffers),
  labelRegions: (payload) => handedOver(labelRegions(payload), regionBuffers),
  checks: runChecks,
  depthChecks: runDepthChecks,
  cleanUp,
  uncertainPlaces,
};

/** A result whose buffers are given away instead of copied. */
function handedOver(result, buffers) {
  return { result, transfer: buffers(result) };
}
