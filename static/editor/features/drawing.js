/** The drawing tools: their keys and settings, the class picker, the ruler's reading. */

import { t } from "../i18n.js";
import { IGNORE } from "../plane.js";
import { stepped } from "../actions.js";
import { UNDER_START } from "../tools/replace.js";
import { widthText } from "../tools/ruler.js";

const TOOL_KEYS = {
  "tool.pencil": "KeyP",
  "tool.line": "KeyN",
  "tool.polyline": "Shift+KeyN",
  "tool.curve": "KeyJ",
  "tool.polygon": "Shift+KeyP",
  "tool.rectangle": "KeyR",
  "tool.replace": "Shift+KeyX",
  "tool.ruler": "Shift+KeyR",
};

export const feature = {
  name: "drawing",
  settings: { pencilSize: 2, lineSize: 2, stabilizer: 0, replaceFrom: UNDER_START, replaceBy: "lasso" },
  perFrame: ["replaceFrom"],
  keys: { ...TOOL_KEYS, "class.pick": "KeyS", "stroke.finish": "Enter", "stroke.back": "Backspace" },
  repeating: ["stroke.back"],
  texts: {
    Tools: {
      "tool.pencil": "Pencil of 1 to 3 px",
      "tool.line": "Straight line; with Shift at 15 degrees",
      "tool.polyline": "Polyline, click by click",
      "tool.curve": "Smooth curve through clicks",
      "tool.polygon": "Polygon, filled",
      "tool.rectangle": "Rectangle, filled; with Shift a square",
      "tool.replace": "Replace a class inside an outline",
      "tool.ruler": "Ruler for the width of lines",
      "class.pick": "Draw what lies under the pointer (also Alt and a click)",
    },
    Changes: {
      "stroke.finish": "Finish what was clicked together",
      "stroke.back": "Take the last click back",
    },
  },

  actions(editor) {
    const { store, strokes } = editor;
    const choose = (action) => [action, () => store.set({ tool: action.slice("tool.".length) })];
    const step = (direction) => () => store.set(sized(strokes.tool, store.settings, direction));
    return {
      ...Object.fromEntries(Object.keys(TOOL_KEYS).map(choose)),
      "size.down": step(-1),
      "size.up": step(1),
      "class.pick": () => editor.hover && strokes.pick(editor.hover),
      "stroke.finish": () => strokes.clicking && strokes.complete(),
      "stroke.back": () => strokes.back(),
    };
  },

  mount({ root, store, strokes }) {
    const reading = root.querySelector("#ruler-reading");
    const hint = reading.textContent;
    store.on("ruler.measured", (found) => {
      reading.textContent = found ? widthText(store.doc, found.width) : t("There is no line on this way.");
    });
    store.on("open", (doc) => {
      reading.textContent = hint;
      offerClasses(root.querySelector("#replace-from"), doc.kind);
    });
    // A tool that is left finishes what was clicked together with it.
    store.on("settings", (changed) => "tool" in changed && strokes.clicking && strokes.complete());
  },
};

/** The size keys' step of a tool. */
function sized(tool, settings, direction) {
  return tool.stepped?.(settings, direction) ?? stepped(settings, direction);
}

/** Fill the choice of classes to be replaced; its first entry stays. */
function offerClasses(select, kind) {
  select.length = 1;
  for (const { value, name } of [...kind.entries, { value: IGNORE, name: "ignore" }]) select.add(new Option(t(name), value));
  select.value = UNDER_START;
}
