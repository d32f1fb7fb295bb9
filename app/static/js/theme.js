// The theme's switch, at once and without leaving the page. Without this file it is a plain form.
const YEAR = 365 * 24 * 3600;
const MEDIA = { system: "(prefers-color-scheme: dark)", light: "not all", dark: "all" };

/** Take over the form with the three buttons. */
export function enhanceTheme(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const theme = event.submitter.value;
    const lasts = theme === "system" ? 0 : YEAR;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `handgrad_theme=${theme}; Path=/; Max-Age=${lasts}; SameSite=Lax${secure}`;
    show(form, theme);
  });
  // A page that comes back from the browser's memory may be older than the choice.
  addEventListener("pageshow", (event) => event.persisted && show(form, kept()));
}

function kept() {
  const found = document.cookie.match(/(?:^|; )handgrad_theme=(light|dark)/);
  return found ? found[1] : "system";
}

function show(form, theme) {
  document.documentElement.dataset.theme = theme;
  document.getElementById("dark").media = MEDIA[theme];
  document.querySelector("meta[name=color-scheme]").content = theme === "system" ? "light dark" : theme;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}
