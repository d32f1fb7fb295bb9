"""Which browser a request says it comes from, in a few words: enough to recognise one's own."""

import re

# The first that matches counts: most browsers also claim to be those after them.
_BROWSERS = (
    (r"\b(?:Edg|EdgA|EdgiOS)/(\d{1,4})", "Edge"),
    (r"\bOPR/(\d{1,4})", "Opera"),
    (r"\bSamsungBrowser/(\d{1,4})", "Samsung Internet"),
    (r"\b(?:Firefox|FxiOS)/(\d{1,4})", "Firefox"),
    (r"\b(?:Chrome|CriOS|HeadlessChrome)/(\d{1,4})", "Chrome"),
    (r"\bVersion/(\d{1,4})\S* .*\bSafari/", "Safari"),
)
_SYSTEMS = (
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bWindows\b", "Windows"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bMac OS X\b|\bMacintosh\b", "macOS"),
    (r"\bLinux\b", "Linux"),
)
_OTHER = re.compile(r"[\w.+-]{1,40}", re.ASCII)  # the name a program gives itself, such as python-httpx


def browser_of(user_agent: str) -> str:
    """Such as "Firefox 128 on Linux"; what nobody knows is called by its own first word."""
    user_agent = user_agent[:1000]
    browser = next(
        (f"{name} {found[1]}" for pattern, name in _BROWSERS if (found := re.search(pattern, user_agent))), ""
    )
    if not browser:
        named = _OTHER.match(user_agent)
        return named[0] if named and named[0] != "Mozilla" else ""
    system = next((name for pattern, name in _SYSTEMS if re.search(pattern, user_agent)), "")
    return f"{browser} on {system}" if system else browser
