// One scope of its own. Not a module, for those do not load from disk.
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

  // Search arrives with the first wish to search.
  const search = () => {
    if (window.letterSearch) return window.letterSearch()
    const script = document.createElement("script")
    script.src = document.querySelector("dialog.search").dataset.engine
    document.head.append(script)
  }
  document.querySelector(".search-open").addEventListener("click", search)
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea")) {
      event.preventDefault()
      search()
    }
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

  // Long tables sort by a column: figures the largest first, the rest from A, then the other way, then as printed.
  const worth = (cell) => {
    if (cell.dataset.order) return cell.dataset.order
    const text = cell.textContent.trim()
    if (text === "" || text === "—") return null
    const number = Number(text.replace("−", "-").replace(/[+,%]/g, ""))
    return Number.isNaN(number) ? text : number
  }
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(b))
  const heads = (table) => {
    const [upper, lower] = [...table.tHead.rows].map((row) => [...row.cells])
    return upper.flatMap((head) => (head.colSpan > 1 ? lower.splice(0, head.colSpan) : [head]))
  }
  for (const table of document.querySelectorAll("table.sortable")) {
    const bodies = table.querySelectorAll("tbody:is(.episode, .body)")
    const body = [...bodies].reduce((one, other) => (other.rows.length > one.rows.length ? other : one))
    const printed = [...body.rows]
    heads(table).forEach((head, column) => {
      const value = (row) => worth(row.cells[column])
      const figures = printed.some((row) => typeof value(row) === "number")
      const orders = figures ? ["descending", "ascending", null] : ["ascending", "descending", null]
      const button = document.createElement("button")
      button.type = "button"
      button.className = "sort"
      button.append(...head.childNodes)
      button.addEventListener("click", () => {
        const next = orders[(orders.indexOf(head.getAttribute("aria-sort")) + 1) % 3]
        for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort")
        const sign = next === "descending" ? -1 : 1
        const sorted = [...printed]
        if (next) {
          head.setAttribute("aria-sort", next)
          sorted.sort((a, b) => {
            const [one, other] = [value(a), value(b)]
            // What has not happened yet stands last either way.
            if (one === null || other === null) return (one === null) - (other === null)
            return sign * compare(one, other)
          })
        }
        body.append(...sorted)
      })
      head.append(button)
    })
  }

  // Where a table fits its box nothing has to scroll, and its head can stay in sight of the page.
  const fit = new ResizeObserver((changes) => {
    for (const { target: box } of changes) {
      box.classList.toggle("whole", box.scrollWidth <= box.clientWidth && !box.closest(".boxed"))
    }
  })
  for (const box of document.querySelectorAll(".scroll")) fit.observe(box)

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
