// The start form: show the parameters of what is chosen, and no number where the recipe decides.
const form = document.querySelector("form.form");
const unit = form.elements.budget_in;
const budget = form.elements.budget;

function chosen(noun) {
  return noun === "network" ? form.elements.network.value : form.elements[noun].value;
}

function show() {
  for (const group of form.querySelectorAll("[data-group]")) {
    group.hidden = group.dataset.entry !== chosen(group.dataset.group);
  }
  budget.disabled = unit.value === "";
}

form.addEventListener("change", show);
show();
