// Copy buttons: `data-copy` names the element whose text is copied.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  const said = (await copy(source)) ? "Copied" : "Press Ctrl+C";
  const before = button.dataset.label ?? button.textContent;
  button.dataset.label = before;
  button.textContent = said;
  setTimeout(() => { button.textContent = before; }, 1600);
});

async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    // Without https, or without leave, the text is at least selected.
    window.getSelection().selectAllChildren(source);
    return false;
  }
}
