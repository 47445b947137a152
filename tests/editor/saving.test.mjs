import assert from "node:assert/strict";
import { test } from "node:test";
import { Activity } from "../../static/editor/activity.js";
import { Api, ApiError } from "../../static/editor/api.js";
import { Lease } from "../../static/editor/lease.js";
import { Saver } from "../../static/editor/saver.js";
import { Clock, settle } from "./helpers.mjs";

function makeSaver(answers = []) {
  const clock = new Clock();
  const log = { sent: [], states: [], conflicts: [], saved: [] };
  let busy = false;
  const saver = new Saver({
    version: 3,
    clock,
    busy: () => busy,
    pack: async () => new Uint8Array([saver.seq]),
    send: async (version, body) => {
      log.sent.push([version, body[0]]);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer ? answer(version) : { version: version + 1 };
    },
    onState: (state) => log.states.push(state),
    onSaved: (...args) => log.saved.push(args),
    onConflict: (error) => log.conflicts.push(error),
  });
  return { saver, clock, log, setBusy: (value) => (busy = value) };
}

test("a stroke is saved a moment later, naming the version it started from", async () => {
  const { saver, clock, log } = makeSaver();
  saver.changed();
  await clock.pass(1400);
  assert.equal(log.sent.length, 0);
  await clock.pass(200);
  assert.deepEqual(log.sent, [[3, 1]]);
  assert.equal(saver.version, 4);
  assert.deepEqual(log.states, ["unsaved", "saving", "saved"]);
});

test("drawing without a pause does not put saving off for ever", async () => {
  const { saver, clock, log } = makeSaver();
  for (let i = 0; i < 20; i++) {
    saver.changed();
    await clock.pass(500);
  }
  assert.ok(log.sent.length >= 1);
});

test("no save in the middle of a stroke", async () => {
  const { saver, clock, log, setBusy } = makeSaver();
  saver.changed();
  setBusy(true);
  await clock.pass(5000);
  assert.equal(log.sent.length, 0);
  setBusy(false);
  await clock.pass(300);
  assert.equal(log.sent.length, 1);
});

test("strokes made while a save is under way are saved by the next, from its version", async () => {
  let release;
  const { saver, clock, log } = makeSaver([() => new Promise((resolve) => (release = () => resolve({ version: 9 })))]);
  saver.changed();
  await clock.pass(1500);
  saver.changed();
  const flushed = saver.flush();
  release();
  assert.equal(await flushed, true);
  assert.deepEqual(log.sent, [[3, 1], [9, 2]]);
  assert.deepEqual(log.saved.map(([version, , seq]) => [version, seq]), [[9, 1], [10, 2]]);
});

test("offline: it goes on trying, then catches up", async () => {
  const offline = () => new ApiError("offline", "");
  const { saver, clock, log } = makeSaver([offline(), offline()]);
  saver.changed();
  await clock.pass(1500);
  assert.equal(saver.state, "offline");
  saver.changed();
  await clock.pass(10000);
  assert.equal(saver.state, "saved");
  assert.deepEqual(log.sent.at(-1), [3, 2]);
});

test("a conflict stops saving until the person has chosen", async () => {
  const { saver, clock, log } = makeSaver([new ApiError("conflict", "Mio saved version 5 meanwhile.")]);
  saver.changed();
  await clock.pass(1500);
  assert.equal(log.conflicts.length, 1);
  saver.changed();
  await clock.pass(60000);
  assert.equal(log.sent.length, 1);
  assert.equal(await saver.flush(), false);
  saver.adopt(5, { clean: false });
  await clock.pass(0);
  assert.deepEqual(log.sent.at(-1), [5, 2]);
  assert.equal(saver.state, "saved");
});

test("taking the saved version leaves nothing to save", async () => {
  const { saver, clock, log } = makeSaver([new ApiError("conflict", "")]);
  saver.changed();
  await clock.pass(1500);
  saver.adopt(5, { clean: true });
  await clock.pass(60000);
  assert.equal(log.sent.length, 1);
  assert.equal(await saver.flush(), true);
});

test("a closed frame is silent", async () => {
  const { saver, clock, log } = makeSaver();
  saver.changed();
  saver.close();
  await clock.pass(60000);
  assert.equal(log.sent.length, 0);
});

test("active seconds leave out pauses of a minute and more", () => {
  let now = 0;
  const activity = new Activity(10, () => now);
  for (const time of [0, 5000, 64000, 130000, 131000]) {
    now = time;
    activity.sign();
  }
  assert.equal(activity.seconds, 10 + 5 + 59 + 1);
  now = 131000 + 60000;
  assert.equal(activity.present, false);
});

function makeLease(renew, present = true) {
  const clock = { time: 0 };
  const states = [];
  const lease = new Lease({
    expiresAt: new Date(900000).toISOString(),
    activity: { present },
    renew,
    onChange: ({ state }) => states.push(state),
    now: () => clock.time,
  });
  return { lease, clock, states };
}

test("work renews the lease once a minute, absence does not", async () => {
  let asked = 0;
  const renew = async () => ({ lease_expires_at: new Date(1e6 + asked++).toISOString() });
  const { lease, clock } = makeLease(renew);
  for (clock.time = 0; clock.time <= 120000; clock.time += 5000) await lease.tick();
  assert.equal(asked, 2);
  assert.equal(lease.expiresAt, 1e6 + 1);
  const idle = makeLease(renew, false);
  idle.clock.time = 900000;
  await idle.lease.tick();
  assert.deepEqual(idle.states, ["expired"]);
  assert.equal(asked, 2);
});

test("a lease that ran out is asked for again; one that somebody else has is lost", async () => {
  const { lease, clock, states } = makeLease(async () => ({ lease_expires_at: new Date(2e6).toISOString() }));
  clock.time = 900001;
  await lease.tick();
  assert.deepEqual(states, ["expired", "held"]);
  const other = makeLease(async () => {
    throw new ApiError("held", "Aki holds it until 12:30.");
  });
  other.clock.time = 900001;
  await other.lease.tick();
  assert.deepEqual(other.states, ["expired", "lost"]);
});

test("offline a lease is not lost", async () => {
  const { lease, clock } = makeLease(async () => {
    throw new ApiError("offline", "");
  });
  clock.time = 900001;
  await lease.tick();
  assert.equal(lease.state, "expired");
});

function answering(status, body) {
  return new Api("token", async () => new Response(status === 204 ? null : JSON.stringify(body), { status }));
}

test("answers of the server become kinds the page can act on", async () => {
  const kind = async (status, code) => {
    try {
      await answering(status, { error: { code, message: "No.", remedy: "Do." } }).claim(1);
    } catch (error) {
      return [error.kind, error.message];
    }
  };
  assert.deepEqual(await kind(409, "held"), ["held", "No. Do."]);
  assert.deepEqual(await kind(409, "working_copy_conflict"), ["conflict", "No. Do."]);
  assert.deepEqual(await kind(403, "not_authenticated"), ["signed_out", "No. Do."]);
  assert.deepEqual(await kind(400, "label_size"), ["refused", "No. Do."]);
  assert.deepEqual(await kind(502, undefined), ["offline", "No. Do."]);
  assert.equal(await answering(204).next(1, "cel"), null);
});

test("a save sends the version, the seconds and gzipped values", async () => {
  let seen;
  const api = new Api("token", async (url, options) => {
    seen = { url, ...options };
    return new Response('{"version": 4}');
  });
  assert.deepEqual(await api.save(7, 3, new Uint8Array(5), 12.34), { version: 4 });
  assert.equal(seen.url, "/api/assignments/7/working-copy/");
  assert.equal(seen.headers["If-Match"], '"3"');
  assert.equal(seen.headers["X-Active-Seconds"], "12.3");
  assert.equal(seen.headers["Content-Encoding"], "gzip");
  assert.equal(seen.headers["X-CSRFToken"], "token");
  await settle();
});
