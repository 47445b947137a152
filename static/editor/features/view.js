/** Turning and mirroring of the view. */

import { t } from "../i18n.js";

export const feature = {
  name: "view",
  keys: {
    "view.rotateLeft": "Comma",
    "view.rotateRight": "Period",
    "view.straighten": "Slash",
    "view.mirror": "KeyM",
  },
  repeating: ["view.rotateLeft", "view.rotateRight"],
  texts: {
    View: {
      "view.rotateLeft": "Turn left by 15 degrees",
      "view.rotateRight": "Turn right by 15 degrees",
      "view.straighten": "Upright, not mirrored",
      "view.mirror": "Mirror left and right",
    },
  },

  actions({ viewport, renderer }) {
    const change = (apply) => () => {
      apply();
      renderer.invalidateView();
    };
    return {
      "view.rotateLeft": change(() => viewport.turnStep(-1)),
      "view.rotateRight": change(() => viewport.turnStep(1)),
      "view.straighten": change(() => viewport.straighten()),
      "view.mirror": change(() => viewport.mirror()),
    };
  },

  mount({ root, store, viewport }) {
    const shown = root.querySelector("#view-angle");
    const mirror = root.querySelector("[data-action='view.mirror']");
    store.on("view", () => {
      shown.textContent = angleText(viewport);
      mirror.setAttribute("aria-pressed", String(viewport.mirrored));
    });
  },
};

/** "15°, mirrored"; empty for an upright view. */
export function angleText({ angle, mirrored }) {
  const turned = angle === 0 ? "" : `${Math.round(angle)}°`;
  return [turned, mirrored && t("mirrored")].filter(Boolean).join(", ");
}
