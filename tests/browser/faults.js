// What a reader of this page would stumble over, as sentences; an empty list where there is nothing.
() => {
  const found = []
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className || "-"} "${(element.textContent || "").trim().slice(0, 30)}"`
  const style = (element) => getComputedStyle(element)
  const shown = (element) => element.getClientRects().length > 0 && style(element).visibility !== "hidden"
  const scrolls = (element) => /auto|scroll/.test(style(element).overflowX)
  const all = [...document.body.querySelectorAll("*")].filter(shown)
  const width = document.documentElement.clientWidth

  // Width: nothing wider than the screen but in a scroller of its own; no text cut off.
  if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} wide`)
  const aside = (element) => element.closest(".hidden, .skip, .scroll, pre, .prose table, svg, template")
  for (const element of all) {
    const box = element.getBoundingClientRect()
    if (!aside(element) && (box.right > width + 1 || box.left < -1)) found.push(`sticks out: ${name(element)}`)
    const cut = /hidden|clip/.test(style(element).overflowX) && element.scrollWidth > element.clientWidth + 1
    if (cut && !aside(element)) found.push(`is cut off: ${name(element)}`)
    if (scrolls(element) && element.scrollWidth > element.clientWidth + 1 && element.tabIndex < 0)
      found.push(`scrolls, and no key reaches it: ${name(element)}`)
  }
  for (const region of document.querySelectorAll(".scroll")) {
    const box = region.getBoundingClientRect()
    if (box.width && (box.left < -1 || box.right > width + 1)) found.push(`a scroller sticks out: ${name(region)}`)
    if (region.getAttribute("role") !== "region" || !region.getAttribute("aria-label")) found.push(`no name: ${name(region)}`)
  }

  // No box that scrolls is taken for the whole: what is cut off fades at the edge, and many rows are counted below.
  const fades = (region, part, side) => {
    const fade = getComputedStyle(region, part)
    return fade.position === "sticky" && fade[side] === "0px" && /gradient/.test(fade.backgroundImage)
  }
  for (const region of all.filter((element) => /auto|scroll/.test(style(element).overflowX))) {
    const boxed = region.matches(".scroll")
    const [wide, high] = [region.scrollWidth - region.clientWidth > 1, region.scrollHeight - region.clientHeight > 1]
    const shaded = /gradient.*gradient/.test(style(region).backgroundImage)
    if (wide && !(boxed ? fades(region, "::after", "right") : shaded)) found.push(`is cut at the right: ${name(region)}`)
    if (!high) continue
    const told = boxed && region.parentElement.querySelector(".rows")
    const rows = boxed && region.querySelectorAll("tbody:is(.episode, .body, .provisional) tr").length
    if (!boxed || !fades(region, "::before", "bottom")) found.push(`is cut at the bottom: ${name(region)}`)
    if (!told || !shown(told) || !told.textContent.replace(",", "").includes(rows)) found.push(`rows not counted: ${name(region)}`)
  }

  // Nothing to press lies over something else to press.
  const presses = all.filter((element) => element.matches(".masthead a, .masthead .tool")).map((element) => [element, element.getBoundingClientRect()])
  presses.forEach(([one, a], at) =>
    presses.slice(at + 1).forEach(([other, b]) => {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      if (wide > 1 && high > 1) found.push(`lies over one another: ${name(one)} and ${name(other)}`)
    }),
  )

  // Tables: a caption, and headings that say what they head.
  for (const table of document.querySelectorAll("article table")) {
    if (!table.caption || !table.caption.textContent.trim()) found.push(`no caption: ${name(table)}`)
    for (const head of table.querySelectorAll("th")) if (!head.scope) found.push(`no scope: ${name(head)}`)
    for (const row of table.querySelectorAll("tbody tr"))
      if (!row.querySelector("th")) found.push(`a row without a heading: ${name(row)}`)
  }

  // Outline: one title, no level left out; one of each landmark.
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => Number(heading.tagName[1]))
  if (levels.filter((level) => level === 1).length !== 1 || levels[0] !== 1) found.push(`titles: ${levels}`)
  levels.forEach((level, at) => at && level > levels[at - 1] + 1 && found.push(`heading ${at} leaps to level ${level}`))
  for (const landmark of ["body > header, header.masthead", "nav[aria-label=Main]", "main", "footer.colophon"])
    if (document.querySelectorAll(landmark).length !== 1) found.push(`not one ${landmark}`)
  const skip = document.querySelector("a.skip")
  if (!skip || !document.querySelector(skip.getAttribute("href"))) found.push("no way past the masthead")

  // Pictures: a place kept free, words that tell the finding.
  for (const image of document.images) {
    if (!image.getAttribute("width") || !image.getAttribute("height")) found.push(`no size: ${image.src}`)
    if (image.alt.length < 40) found.push(`alt: ${image.alt}`)
    const caption = image.closest("figure").querySelector("figcaption")
    if (!caption || !caption.querySelector(".credit")) found.push(`no caption or source: ${image.src}`)
  }
  if (document.title.length < 10) found.push(`title: ${document.title}`)
  return [...new Set(found)]
}
