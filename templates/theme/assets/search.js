// Search: every word that was typed begins a word of the page. What is searched, search-index.js, is a script as well: a page
// that was opened from disk may read no files, but it may run them.
{
  const SHOWN = 20
  const AROUND = 90
  const WORTH = { title: 12, deck: 5, heading: 4, text: 1 }
  const dialog = document.querySelector("dialog.search")
  const field = dialog.querySelector("input")
  const said = dialog.querySelector(".search-said")
  const list = dialog.querySelector(".search-found")
  const site = new URL(dialog.dataset.site, location.href)
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
  const isWord = (letter) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter)
  let pages = null

  // Where a text has a word that begins so, in letters of the plain text; -1 where it has none.
  const begins = (text, word) => {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (!isWord(text[at - 1])) return at
    return -1
  }

  const arrive = () => {
    const { texts, pages: kept } = window.letterIndex
    const plains = texts.map(plain)
    const field = (number) => ({ text: texts[number], plain: plains[number] })
    pages = kept.map(([place, title, deck, parts]) => ({
      place,
      title: field(title),
      deck: field(deck),
      parts: parts.map(([anchor, heading, text]) => ({ anchor: texts[anchor], heading: field(heading), text: field(text) })),
    }))
  }

  // A page is found when it has every word; its best part is where most of them are.
  const judge = (page, words) => {
    const has = (kind, field) => words.map((word) => (begins(field.plain, word) >= 0 ? WORTH[kind] : 0))
    const head = has("title", page.title).map((worth, n) => worth + has("deck", page.deck)[n])
    const parts = page.parts.map((part) => has("heading", part.heading).map((worth, n) => worth + has("text", part.text)[n]))
    const found = words.every((_, n) => head[n] || parts.some((part) => part[n]))
    if (!found) return null
    const sum = (worths) => worths.reduce((one, other) => one + other, 0)
    const best = parts.reduce((one, part, at) => (sum(part) > one.worth ? { worth: sum(part), at } : one), { worth: 0, at: -1 })
    return { page, worth: sum(head) + best.worth, part: sum(head) >= best.worth * 2 ? null : page.parts[best.at] }
  }

  // Text with the words in it marked; only text is ever set.
  const marked = (element, { text, plain: low }, words, around) => {
    const spots = low.length === text.length ? words.map((word) => [begins(low, word), word.length]).filter(([at]) => at >= 0) : []
    spots.sort(([one], [other]) => one - other)
    const from = around && spots.length && spots[0][0] > around ? text.indexOf(" ", spots[0][0] - around) + 1 : 0
    const to = around && text.length > from + 2 * around ? text.lastIndexOf(" ", from + 2 * around) : text.length
    let at = from
    if (from) element.append("… ")
    for (const [spot, length] of spots) {
      if (spot < at || spot + length > to) continue
      const mark = document.createElement("mark")
      mark.textContent = text.slice(spot, spot + length)
      element.append(text.slice(at, spot), mark)
      at = spot + length
    }
    element.append(text.slice(at, to), to < text.length ? " …" : "")
  }

  const entry = ({ page, part }, words) => {
    const item = document.createElement("li")
    const link = document.createElement("a")
    link.href = new URL(page.place + (part && part.anchor ? `#${part.anchor}` : ""), site).href
    for (const [css, field, around] of [
      ["search-title", page.title, 0],
      ["search-heading", part ? part.heading : null, 0],
      ["search-text", part ? part.text : page.deck, AROUND],
    ]) {
      if (!field || !field.text) continue
      const line = document.createElement("span")
      line.className = css
      marked(line, field, words, around)
      link.append(line)
    }
    item.append(link)
    return item
  }

  const answer = () => {
    if (!pages) return
    const words = plain(field.value).split(/[^\p{L}\p{N}.%+−-]+/u).filter(isSaid)
    const found = words.length ? pages.map((page) => judge(page, words)).filter(Boolean) : []
    found.sort((one, other) => other.worth - one.worth)
    list.replaceChildren(...found.slice(0, SHOWN).map((one) => entry(one, words)))
    const many = found.length > SHOWN ? `The best ${SHOWN} of ${found.length} pages` : `${found.length} ${found.length === 1 ? "page" : "pages"}`
    said.textContent = !words.length ? "Type to search" : found.length ? many : "Nothing on this site has these words"
  }
  const isSaid = (word) => isWord(word[0]) || isWord(word[1])

  const search = () => {
    if (!dialog.open) dialog.showModal()
    field.focus()
    if (pages || dialog.querySelector("script")) return
    said.textContent = "Loading…"
    const script = document.createElement("script")
    script.src = dialog.dataset.index
    script.addEventListener("load", () => {
      arrive()
      answer()
    })
    script.addEventListener("error", () => {
      script.remove()
      said.textContent = "The index of this site could not be loaded, so nothing can be found. Try again."
    })
    dialog.append(script)
  }
  field.addEventListener("input", answer)
  dialog.querySelector("button").addEventListener("click", () => dialog.close())
  dialog.addEventListener("click", (event) => {
    // The shade around the panel is the dialog itself; a link of this page leads there and nothing stays in its way.
    if (event.target === dialog || event.target.closest("a")) dialog.close()
  })
  search()
  window.letterSearch = search
}
