// What is too wide for its place scrolls sideways; it takes the focus then, so that the keyboard can scroll it too.
// A table is then a region besides, named by the heading before it.
const WIDE = ".table, .prose pre, .prose .math";

/** Watch everything on the page that may be too wide. */
export function watchWide() {
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const wide = target.scrollWidth > target.clientWidth;
      if (wide) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
      if (target.matches(".table")) nameRegion(target, wide);
    }
  });
  for (const element of document.querySelectorAll(WIDE)) if (element.tabIndex < 0) watch.observe(element);
}

function nameRegion(table, wide) {
  table.role = wide ? "region" : null;
  table.ariaLabel = wide ? headingBefore(table) : null;
}

function headingBefore(element) {
  const headings = [...document.querySelectorAll("h1, h2, h3")];
  const before = headings.filter((one) => one.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
  return before.at(-1)?.textContent.trim() ?? document.title;
}
