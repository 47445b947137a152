/** What the worker can do: pure functions by name, each `(payload) => result` or `=> {result, transfer}`. */

/** @type {Record<string, (payload: any) => any>} */
export const JOBS = {};
