// A formula that is wider than the screen can be reached, and scrolled, by keyboard. The theme does this for code and tables.
function reach() {
  for (const formula of document.querySelectorAll("div.math")) {
    if (formula.scrollWidth > formula.clientWidth) {
      formula.tabIndex = 0;
    } else {
      formula.removeAttribute("tabindex");
    }
  }
}
addEventListener("load", reach);
addEventListener("resize", reach);
