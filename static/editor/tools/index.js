/**
 * The tools by name. A tool has `start`, and may have `move`, `finish`, `hud`, `stepped(settings, direction)` for the size
 * keys and `pick(store, value)` for what Alt and a click take up; see also `Strokes` for tools of several clicks.
 */

import { brush, eraser } from "./brush.js";
import { bucket } from "./bucket.js";
import { curve } from "./curve.js";
import { enclose } from "./enclose.js";
import { lasso } from "./lasso.js";
import { line } from "./line.js";
import { pencil } from "./pencil.js";
import { pin } from "./pin.js";
import { polygon } from "./polygon.js";
import { polyline } from "./polyline.js";
import { rectangle } from "./rectangle.js";
import { region } from "./region.js";
import { replace } from "./replace.js";
import { ruler } from "./ruler.js";
import { segments } from "./segments.js";
import { take } from "./take.js";

const ALL = [brush, eraser, pencil, line, polyline, curve, lasso, polygon, rectangle, replace, ruler, segments, bucket, enclose, region, take, pin];

export const TOOLS = Object.fromEntries(ALL.map((tool) => [tool.name, tool]));
