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
  const panel = document.querySelector("dialog.search")
  const search = () => {
    if (!panel.open) panel.showModal()
    panel.querySelector("input").focus()
    if (panel.dataset.asked) return
    panel.dataset.asked = "yes"
    const script = document.createElement("script")
    script.src = panel.dataset.engine
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

  // On a phone a table of horizons begins beside its first column with three months, the shorter ones to the left. Where
  // it ends too soon for that its first column takes the room, or half of a figure would stand there like a whole one.
  const phone = matchMedia("(max-width: 600px)")
  const started = new WeakMap()
  // A phone that was turned, or a window of another width, begins anew: the room that was taken is given back.
  const beginAnew = (box) => {
    if (!started.has(box) || started.get(box) === box.clientWidth) return
    started.delete(box)
    heads(box.querySelector("table"))[0].style.minWidth = ""
  }
  const startAtAQuarter = (box) => {
    const table = box.querySelector("table")
    if (!phone.matches || started.has(box) || !table?.tHead || box.scrollWidth <= box.clientWidth) return
    started.set(box, box.clientWidth)
    const [first, ...others] = heads(table)
    const quarter = others.find((head) => ["3M", "13W"].includes(head.textContent.trim()))
    if (!quarter) return
    const shorter = quarter.offsetLeft - first.offsetWidth
    const missing = shorter - (box.scrollWidth - box.clientWidth)
    if (missing > 0) first.style.minWidth = `${first.offsetWidth + missing}px`
    box.style.setProperty("--first", `${first.offsetWidth}px`)
    box.scrollLeft = shorter
  }

  // Where a table fits its box nothing has to scroll, and its head can stay in sight of the page.
  const fit = new ResizeObserver((changes) => {
    for (const { target: box } of changes) {
      beginAnew(box)
      box.classList.toggle("whole", box.scrollWidth <= box.clientWidth && !box.closest(".boxed"))
      startAtAQuarter(box)
    }
  })
  for (const box of document.querySelectorAll(".scroll")) fit.observe(box)

  // A chart says what its dots and line ends are, to whoever points at one, touches it or comes to it by arrow keys. Their
  // places are thousandths of the picture, of the page's or of the phone's.
  const NEAR = { mouse: 24, pen: 32, touch: 44 }
  const unpacked = (spots) => {
    const bytes = Uint8Array.from(atob(spots), (sign) => sign.charCodeAt(0))
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json()
  }
  const spotted = async (figure) => {
    const kept = await unpacked(figure.dataset.spots)
    const image = figure.querySelector("img")
    const box = document.createElement("div")
    const mark = document.createElement("span")
    const tip = document.createElement("span")
    box.className = "spots"
    mark.className = "spot"
    tip.className = "tip"
    mark.hidden = tip.hidden = true
    tip.setAttribute("role", "status")
    box.tabIndex = 0
    box.setAttribute("role", "group")
    box.setAttribute("aria-label", "Chart: arrow keys go from point to point")
    const picture = image.parentElement
    picture.replaceWith(box)
    box.append(picture, mark, tip)
    let at = -1
    const spots = () => kept[phone.matches ? "phone" : "page"]
    const place = ([right, down]) => [
      image.offsetLeft + (right / 1000) * image.offsetWidth,
      image.offsetTop + (down / 1000) * image.offsetHeight,
    ]
    const show = (number) => {
      at = number
      mark.hidden = tip.hidden = at < 0
      if (at < 0) return
      const spot = spots()[at]
      const [x, y] = place(spot)
      tip.textContent = spot[2]
      mark.style.left = `${x}px`
      mark.style.top = `${y}px`
      const half = tip.offsetWidth / 2
      tip.style.left = `${Math.min(Math.max(x, half), box.clientWidth - half)}px`
      const above = y - tip.offsetHeight - 12
      tip.style.top = `${above < 0 ? y + 12 : above}px`
    }
    const point = (event) => {
      const frame = box.getBoundingClientRect()
      const far = spots().map((spot) => {
        const [x, y] = place(spot)
        return Math.hypot(x - (event.clientX - frame.left), y - (event.clientY - frame.top))
      })
      const nearest = far.reduce((best, one, number) => (one < far[best] ? number : best), 0)
      show(far[nearest] <= (NEAR[event.pointerType] || NEAR.mouse) ? nearest : -1)
    }
    box.addEventListener("pointermove", point)
    box.addEventListener("pointerdown", point)
    box.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && show(-1))
    box.addEventListener("blur", () => show(-1))
    box.addEventListener("keydown", (event) => {
      const last = spots().length - 1
      const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }
      if (event.key === "Escape") show(-1)
      if (!(event.key in steps) || last < 0) return
      event.preventDefault()
      show(Math.min(Math.max(steps[event.key], 0), last))
    })
    phone.addEventListener("change", () => show(-1))
  }
  // An older browser shows the charts, and says nothing of their dots.
  if (window.DecompressionStream) document.querySelectorAll("figure[data-spots]").forEach(spotted)

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
