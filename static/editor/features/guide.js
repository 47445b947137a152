/** The labelling guide: one screen of rules beside the canvas, for the kind that is drawn; the picture stays in sight. */

export const feature = {
  name: "guide",
  settings: { guideOpen: false },
  keys: { "guide.toggle": "F1" },
  texts: { Frame: { "guide.toggle": "Labelling guide: what is drawn how" } },
  actions: ({ store }) => ({ "guide.toggle": () => store.set({ guideOpen: !store.settings.guideOpen }) }),
  mount({ root, store }) {
    const panel = root.querySelector("#guide");
    const show = () => {
      const { guideOpen } = store.settings;
      panel.hidden = !guideOpen;
      root.body.dataset.guide = guideOpen ? "open" : "closed";
    };
    store.on("settings", show);
    show();
  },
};
