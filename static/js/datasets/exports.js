/** Looks again while an export is being written. */
const EVERY_MS = 2000;
if (document.querySelector("[data-waiting]")) setTimeout(() => location.reload(), EVERY_MS);
