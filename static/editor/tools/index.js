/** The tools by name. A tool has `start`, and may have `move`, `finish` and `hud`. */

import { brush, eraser } from "./brush.js";
import { bucket } from "./bucket.js";
import { lasso } from "./lasso.js";

export const TOOLS = Object.fromEntries([brush, eraser, lasso, bucket].map((tool) => [tool.name, tool]));
