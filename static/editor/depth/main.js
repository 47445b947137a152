/** The page on which depth is drawn by layers: the editor with other parts. */

import { Editor, pageData } from "../editor.js";
import { FEATURES, TOOLS } from "./features.js";
import { DepthSession } from "./session.js";

new Editor(pageData(), { features: FEATURES, tools: TOOLS, settingsKey: "sakkan.depth.settings", Session: DepthSession }).start();
