// Runs before the page is painted. What needs scripts is shown from now on.
document.documentElement.classList.replace("no-js", "js")
// A reader's own choice of light or dark comes before the device's.
// A page opened from disk may not be allowed to remember; then the device decides.
try {
  const chosen = localStorage.getItem("letter-scheme")
  if (chosen) document.documentElement.dataset.scheme = chosen
} catch {
  document.documentElement.removeAttribute("data-scheme")
}
