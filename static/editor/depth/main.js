/** The page on which depth is drawn by layers: the editor with other parts. */

import { Editor, pageData } from "../editor.js";
import { feature as cursor } from "../features/cursor.js";
import { feature as effort } from "../features/effort.js";
import { feature as fill } from "../features/fill.js";
import { feature as keys } from "../features/keys.js";
import { feature as restored } from "../features/restored.js";
import { feature as view } from "../features/view.js";
import { feature as why } from "../features/why.js";
import { TOOLS } from "../tools/index.js";
import { feature as layers } from "./feature.js";
import { gradient } from "./gradient.js";
import { DepthSession } from "./session.js";

const USED = ["brush", "eraser", "lasso", "polygon", "rectangle", "bucket", "enclose", "region"];
const tools = { ...Object.fromEntries(USED.map((name) => [name, TOOLS[name]])), gradient };

const features = [layers, view, restored, fill, effort, why, cursor, keys];
new Editor(pageData(), { features, tools, settingsKey: "sakkan.depth.settings", Session: DepthSession }).start();
