"""Takes more memory than its limit by raising the limit.

ending: returned
value: ["ValueError", "ValueError", "ValueError"]
"""

import sys


def attack():
    resource = sys.modules["resource"]
    seen = []
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE):
        try:
            resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        except (ValueError, OSError) as error:
            seen.append(type(error).__name__)
    return seen
