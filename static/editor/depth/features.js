/** The parts of the page on which depth is drawn: its own, and those of the editor that know no classes. */

import { feature as comments } from "../features/comments.js";
import { feature as cursor } from "../features/cursor.js";
import { feature as effort } from "../features/effort.js";
import { feature as fill } from "../features/fill.js";
import { feature as guide } from "../features/guide.js";
import { feature as keys } from "../features/keys.js";
import { feature as restored } from "../features/restored.js";
import { feature as versions } from "../features/versions.js";
import { feature as view } from "../features/view.js";
import { feature as why } from "../features/why.js";
import { TOOLS as ALL_TOOLS } from "../tools/index.js";
import { feature as checks } from "./checking.js";
import { feature as layers } from "./feature.js";
import { gradient } from "./gradient.js";

/** The editor's key for a pin takes the cel here. */
const notes = { ...comments, keys: { ...comments.keys, "tool.pin": "Shift+KeyN" } };

/** @type {import("../features/index.js").Feature[]} */
export const FEATURES = [layers, view, restored, fill, checks, notes, versions, effort, guide, why, cursor, keys];

const USED = ["brush", "eraser", "lasso", "polygon", "rectangle", "bucket", "enclose", "region", "pin"];

export const TOOLS = { ...Object.fromEntries(USED.map((name) => [name, ALL_TOOLS[name]])), gradient };
