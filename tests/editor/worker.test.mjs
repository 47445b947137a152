/** Jobs go to the worker and come back; a failure is an error, not silence. */

import assert from "node:assert/strict";
import test from "node:test";

import { Heavy, HeavyLanes } from "../../static/editor/worker/client.js";

/** A worker that answers when it is told to. */
class FakeWorker {
  static made = [];
  sent = [];
  constructor() {
    FakeWorker.made.push(this);
  }
  postMessage(message) {
    this.sent.push(message);
  }
  terminate() {
    this.ended = true;
  }
  answer(data) {
    this.onmessage({ data });
  }
}

test("answers find their questions, in whatever order they come", async () => {
  const worker = new FakeWorker();
  const heavy = new Heavy(() => worker);
  const [first, second] = [heavy.call("a", 1), heavy.call("b", 2)];
  assert.deepEqual(worker.sent.map(({ name, payload }) => [name, payload]), [["a", 1], ["b", 2]]);
  worker.answer({ id: worker.sent[1].id, result: "two" });
  worker.answer({ id: worker.sent[0].id, error: "a: broken" });
  assert.equal(await second, "two");
  await assert.rejects(first, /a: broken/);
});

test("a worker that dies fails what was asked of it, and the next job starts another", async () => {
  FakeWorker.made = [];
  const heavy = new Heavy(() => new FakeWorker());
  const lost = heavy.call("a", 1);
  FakeWorker.made[0].onerror({ message: "out of memory" });
  await assert.rejects(lost, /out of memory/);
  assert.equal(FakeWorker.made[0].ended, true);
  const again = heavy.call("a", 1);
  FakeWorker.made[1].answer({ id: FakeWorker.made[1].sent[0].id, result: 3 });
  assert.equal(await again, 3);
});

test("regions do not wait for checks", () => {
  FakeWorker.made = [];
  const heavy = new HeavyLanes(() => new FakeWorker());
  heavy.call("checks", {});
  heavy.call("imageRegions", {});
  heavy.call("segments", {});
  assert.deepEqual(FakeWorker.made.map(({ sent }) => sent.map(({ name }) => name)), [["checks"], ["imageRegions", "segments"]]);
});
