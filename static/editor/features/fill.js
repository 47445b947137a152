/** Filling: the bucket, enclose and fill, region pick; the regions that all of them work on. */

import { t } from "../i18n.js";
import { GAPS } from "../regions/build.js";
import { forgetRegion } from "../regions/highlight.js";
import { fillByVotes } from "../regions/votes.js";
import { RegionWork, boundsOf } from "../regions/work.js";

/** Tools that work on regions. */
const TOOLS = ["bucket", "enclose", "region"];

/** What bounds a region, in the order that the key goes through. */
const BOUNDARIES = ["color", "labels", "lines"];
const SHAPES = ["loop", "box"];

/**
 * Chosen on the procedural production and the sample's frames: of 8, 12, 14, 16, 24, 32 the one at which most frames reach
 * 95 % IoU with a loop and a few clicks, and not many more clicks are needed than at larger ones.
 */
const TOLERANCE = 14;

/** Gap as the production's profile says. */
const AS_PROFILE = "profile";

export const feature = {
  name: "fill",
  settings: { tolerance: TOLERANCE, fillGap: AS_PROFILE, fillGrow: 6, encloseShape: "loop", encloseShare: "0.8", regionVote: false },
  perFrame: ["regionVote"],
  keys: {
    "tool.enclose": "Shift+KeyE",
    "enclose.shape": "Alt+KeyE",
    "tool.region": "KeyW",
    "fill.gap": "Alt+KeyG",
    "region.vote": "Shift+KeyW",
    "fill.votes": "Alt+Shift+KeyW",
  },
  texts: {
    Filling: {
      "tool.enclose": "Enclose and fill: the regions inside what is drawn round",
      "enclose.shape": "Enclose with a box or a loop",
      "tool.region": "Region pick: add or take away areas of one colour",
      "fill.gap": "Next larger gap that counts as closed",
      "region.vote": "Region pick takes the class the draft votes for",
      "fill.votes": "Fill every region by the draft's vote",
    },
  },
  actions(editor) {
    const { store } = editor;
    return {
      "tool.enclose": () => store.set({ tool: "enclose" }),
      "enclose.shape": () => store.set({ tool: "enclose", encloseShape: after(SHAPES, store.settings.encloseShape) }),
      "tool.region": () => store.set({ tool: "region" }),
      "bucket.by": () => store.set({ tool: "bucket", fillBy: after(BOUNDARIES, store.settings.fillBy) }),
      "fill.gap": () => store.set({ fillGap: String(after(GAPS, boundsOf(store.settings, store.doc).gap)) }),
      "region.vote": () => store.doc?.draft && store.set({ tool: "region", regionVote: !store.settings.regionVote }),
      "fill.votes": () => fillAll(editor),
    };
  },
  mount(editor) {
    const { store, renderer, dialogs } = editor;
    const ready = () => {
      showState(editor);
      renderer.invalidateHud();
    };
    store.on("open", (doc) => opened(editor, doc, ready));
    for (const topic of ["change", "redraw"]) {
      store.on(topic, () => {
        store.doc.regions.changed();
        showState(editor);
      });
    }
    store.on("settings", () => chosen(editor));
    store.on("fill.wait", (text) => dialogs.notice(text));
  },
};

let open = null;

/** The frame's regions are worked out at once, whatever tool is in hand. */
function opened(editor, doc, ready) {
  open?.close();
  forgetRegion();
  open = doc.regions = new RegionWork(doc, editor.heavy, ready);
  editor.root.querySelector("#fill-gap-profile").textContent = t("as in the profile: %(gap)s px", { gap: doc.profile.gap });
  doc.regions.want(boundsOf(editor.store.settings, doc));
  showState(editor);
}

/** Only a tool that needs it keeps a map of the labels up to date. */
function chosen(editor) {
  const { settings, doc } = editor.store;
  const bounds = doc && boundsOf(settings, doc);
  doc?.regions?.want(TOOLS.includes(settings.tool) || bounds.by !== "labels" ? bounds : null);
  for (const part of editor.root.querySelectorAll("[data-bounds]")) {
    part.hidden = !TOOLS.includes(settings.tool) || !part.dataset.bounds.split(" ").includes(bounds?.by ?? settings.fillBy);
  }
  showState(editor);
}

/** Whether the map of the tool in hand is there: for the eye, and for scripts that drive the page. */
function showState({ root, store: { settings, doc } }) {
  root.body.dataset.regions = doc?.regions?.peek(boundsOf(settings, doc)) ? "ready" : "working";
}

/** One step to undo: every area of one colour takes the class that most of it has in the draft. */
function fillAll({ store, strokes }) {
  const { doc, settings } = store;
  if (!doc?.draft || doc.readOnly) return;
  const map = doc.regions.now({ ...boundsOf(settings, doc), by: "color" });
  if (map) strokes.apply((edit) => fillByVotes(edit, map, doc.draft));
}

function after(list, value) {
  return list[(list.indexOf(value) + 1) % list.length];
}
