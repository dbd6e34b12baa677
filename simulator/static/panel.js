// The two things a form cannot do: copy a token, add a row.
document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const box = document.getElementById(copy.dataset.copy);
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      document.execCommand("copy");
    }
    copy.textContent = "Copiado";
    setTimeout(() => (copy.textContent = "Copiar"), 1500);
  }
  const add = event.target.closest("[data-add-row]");
  if (add) {
    const rows = document.getElementById(add.dataset.addRow);
    const row = rows.firstElementChild.cloneNode(true);
    for (const input of row.querySelectorAll("input")) {
      input.required = false;
      input.value = input.type === "number" ? "1" : "";
    }
    rows.append(row);
    row.querySelector("input").focus();
  }
});
