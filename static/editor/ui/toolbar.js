/** A toolbar is one stop of the tab order; arrow keys go from button to button (ARIA Authoring Practices, "Toolbar"). */

const STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };

export class Toolbar {
  /** @param {HTMLElement} root with role toolbar */
  constructor(root) {
    this.root = root;
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("focusin", ({ target }) => this.#enter(target));
    this.#enter(root.querySelector("button"));
  }

  /** Buttons came, went or were disabled: see to it that one can be reached. */
  refresh() {
    const usable = this.#usable();
    if (!usable.some((button) => button.tabIndex === 0)) this.#enter(usable[0]);
  }

  #usable() {
    return [...this.root.querySelectorAll("button")].filter((button) => !button.disabled && button.offsetParent !== null);
  }

  #enter(button) {
    if (!button) return;
    for (const other of this.root.querySelectorAll("button")) other.tabIndex = other === button ? 0 : -1;
  }

  #key(event) {
    const usable = this.#usable();
    const at = usable.indexOf(event.target);
    const to = { Home: 0, End: usable.length - 1 }[event.key] ?? at + (STEPS[event.key] ?? NaN);
    if (at < 0 || Number.isNaN(to)) return;
    event.preventDefault();
    usable[(to + usable.length) % usable.length].focus();
  }
}
