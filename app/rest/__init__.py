"""What every REST route and page shares: refusals, strict JSON, lists, limits, idempotency, the document.

Knows no domain: accounts, catalogue and attempts import this, never the other way.
"""
