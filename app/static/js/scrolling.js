// What is too wide for its place scrolls sideways; it takes the focus then, so that the keyboard can scroll it too.
const WIDE = ".table, .prose pre, .prose .math";

/** Watch everything on the page that may be too wide. */
export function watchWide() {
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const element of document.querySelectorAll(WIDE)) if (element.tabIndex < 0) watch.observe(element);
}
