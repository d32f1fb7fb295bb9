// How many attempts are left: asked for again after each grading, and when one more has come.
const PIECE = "[data-allowance]";

/** Keep the piece in `bar` up to date. */
export function keepAllowance(bar) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    const seconds = Number(bar.querySelector(PIECE)?.dataset.next);
    if (seconds) timer = setTimeout(refresh, seconds * 1000);
  };
  const refresh = async () => {
    const answer = await fetch(bar.querySelector(PIECE).dataset.allowance).catch(() => null);
    if (answer?.ok && !answer.redirected) {
      const piece = document.createRange().createContextualFragment(await answer.text()).querySelector(PIECE);
      if (piece) bar.querySelector(PIECE).replaceWith(piece);
    }
    wait();
  };
  document.addEventListener("graded", refresh);
  wait();
}
