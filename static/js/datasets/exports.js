/** Shows the download once the export that is watched (`core/jobs.js`) has ended. */
const ended = (tag) => /done|failed|cancelled/i.test(tag.textContent);

for (const tag of document.querySelectorAll("#exports [data-job] [data-state]")) {
  new MutationObserver(() => ended(tag) && location.reload()).observe(tag, { childList: true, characterData: true, subtree: true });
}
