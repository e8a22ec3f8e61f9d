// One scope of its own: the search engine has names at the top too. Not a module, for those do not load from disk.
{
  const root = document.documentElement

  // Light and dark.
  document.querySelector(".scheme").addEventListener("click", () => {
    const device = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"
    const scheme = (root.dataset.scheme || device) === "dark" ? "light" : "dark"
    root.dataset.scheme = scheme
    try {
      localStorage.setItem("letter-scheme", scheme)
    } catch {
      // Not remembered: storage is off for this page. The choice holds until the page is left.
    }
  })

  // Search: the engine watches this switch.
  document.querySelector(".search-open").addEventListener("click", () => {
    document.getElementById("__search").click()
    document.querySelector("[data-md-component=search-query]").focus()
  })

  // Commands and specs can be copied.
  for (const pre of document.querySelectorAll("figure.code pre")) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "copy"
    button.textContent = "Copy"
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(pre.textContent)
      button.textContent = "Copied"
      setTimeout(() => (button.textContent = "Copy"), 1500)
    })
    if (navigator.clipboard) pre.parentElement.append(button)
  }

  // On paper nothing is folded away.
  let opened = []
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")]
    for (const fold of opened) fold.open = true
  })
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false
  })

  // A link into a fold opens it.
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
  const fold = target && target.closest("details")
  if (fold) {
    fold.open = true
    target.scrollIntoView()
  }
}
