/** The panel's tabs: one is shown, arrow keys go from one to the next. */

export class Tabs {
  /** @param {HTMLElement} list with role tablist; its tabs name their panels by aria-controls */
  constructor(list) {
    this.tabs = [...list.querySelectorAll("[role=tab]")];
    for (const tab of this.tabs) tab.addEventListener("click", () => this.show(tab.id.replace("tab-", "")));
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {string} name of the tab, as in its id */
  show(name) {
    for (const tab of this.tabs) {
      const here = tab.id === `tab-${name}`;
      tab.setAttribute("aria-selected", String(here));
      tab.tabIndex = here ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !here;
    }
  }

  #key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.tabs.indexOf(event.target.closest("[role=tab]"));
    const tab = this.tabs[(at + step + this.tabs.length) % this.tabs.length];
    this.show(tab.id.replace("tab-", ""));
    tab.focus();
  }
}
