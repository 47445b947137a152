/** Drawing the frame in another program: links to what one takes along and to the page where it comes back. */

export const feature = {
  name: "elsewhere",
  mount(editor) {
    const part = editor.root.querySelector("#elsewhere");
    editor.store.on("open", (doc) => show(editor, part, doc));
  },
};

/** Point the links at the frame that was opened; what it lacks, such as a draft, stays hidden. */
async function show(editor, part, doc) {
  const found = await editor.api.get(doc.assignment.urls.elsewhere).catch(() => null);
  if (doc !== editor.store.doc) return;
  for (const link of part.querySelectorAll("[data-elsewhere]")) {
    const address = found?.files[link.dataset.elsewhere];
    link.hidden = !address;
    if (address) link.href = address;
  }
  if (found) part.querySelector("[data-elsewhere-page]").href = found.page;
}
