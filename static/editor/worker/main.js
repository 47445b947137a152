/** The worker's end: one job after the other, an answer or an error for each. */

import { JOBS } from "./jobs.js";

onmessage = ({ data: { id, name, payload } }) => {
  try {
    const answer = JOBS[name](payload);
    const { result, transfer = [] } = answer?.transfer ? answer : { result: answer };
    postMessage({ id, result }, transfer);
  } catch (error) {
    postMessage({ id, error: `${name}: ${error.message}` });
  }
};
