/** The page on which class maps are drawn. */

import { Editor, pageData } from "./editor.js";

new Editor(pageData()).start();
