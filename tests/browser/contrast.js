// WCAG 2 contrast of every piece of text on the page: those below 4.5 to 1 (3 to 1 for large text).
(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const rgb = (colour) => {
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  const luminance = (colour) =>
    rgb(colour)
      .map((v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, channel) => sum + v * [0.2126, 0.7152, 0.0722][channel], 0)
  const clear = (element) => /, 0\)|transparent/.test(getComputedStyle(element).backgroundColor)
  const ground = (element) => {
    while (element && clear(element)) element = element.parentElement
    return getComputedStyle(element || document.body).backgroundColor
  }
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())

  const weak = []
  for (const element of document.querySelectorAll("body *")) {
    if (!hasText(element) || !element.getClientRects().length) continue
    const style = getComputedStyle(element)
    const [lighter, darker] = [luminance(style.color), luminance(ground(element))].sort((x, y) => y - x)
    const size = parseFloat(style.fontSize)
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700)
    const ratio = (lighter + 0.05) / (darker + 0.05)
    if (ratio < (large ? 3 : 4.5)) weak.push([element.tagName, element.textContent.trim().slice(0, 30), ratio])
  }
  return weak
})()
