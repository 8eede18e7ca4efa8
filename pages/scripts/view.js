// Elements made and filled without markup: what is shown is set as text.

/**
 * An element that the page surely has.
 * @param {string} id
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page lacks ${id}`);
  return found;
}

/**
 * All elements with an attribute data-NAME, by its value.
 * @param {string} name
 * @returns {Map<string, HTMLElement>}
 */
export function byData(name) {
  const found = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[data-${name}]`));
  return new Map([...found].map((element) => [element.getAttribute(`data-${name}`) ?? "", element]));
}

/**
 * A new element with a text or with others in it.
 * @param {string} tag
 * @param {string | Node[]} inside
 * @param {Record<string, string>} attributes
 */
export function made(tag, inside = "", attributes = {}) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (typeof inside === "string") element.textContent = inside;
  else element.append(...inside);
  return element;
}

/**
 * Set a text where it is another.
 * @param {Element | undefined} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/**
 * Hand a text to the browser as a file to keep.
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = /** @type {HTMLAnchorElement} */ (made("a", "", { href: address, download: name }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
