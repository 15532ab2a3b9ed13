"use strict";
document.body.classList.add("script");

// Buttons that copy the command beside them.
for (const button of document.querySelectorAll("button.copy")) {
  button.addEventListener("click", async () => {
    const text = button.parentElement.querySelector("pre").textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(button.parentElement.querySelector("pre"));
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}

// Filters of the list of objects.
for (const form of document.querySelectorAll("form.filters")) {
  const section = form.closest("section");
  const objects = [...section.querySelectorAll("details.object")];
  const count = form.querySelector("output");
  const apply = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const text = (wanted.text || "").toLowerCase();
    let shown = 0;
    for (const object of objects) {
      const matches = (!wanted.effect || object.dataset.effects.split(" ").includes(wanted.effect))
        && (!wanted.kind || object.dataset.kind === wanted.kind)
        && (!wanted.value || object.dataset.values.split(" ").includes(wanted.value))
        && (!text || object.textContent.toLowerCase().includes(text));
      object.hidden = !matches;
      if (matches) shown += 1;
    }
    count.textContent = `${shown} of ${objects.length}`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const [name, open] of [["open", true], ["fold", false]]) {
    form.querySelector(`button.${name}`).addEventListener("click", () => {
      for (const object of objects) if (!object.hidden) object.open = open;
    });
  }
  apply();
}

// A link into a folded object unfolds it.
const unfold = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let at = target; at; at = at.parentElement) {
    if (at.tagName === "DETAILS") at.open = true;
    at.hidden = false;
  }
  target.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();
