"""The headers of every response of this door, errors and redirects included; exact, and held by a test.

No script is allowed at all: the pages run none.
"""

from __future__ import annotations

CLEAR = "Clear-Site-Data"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'none'",
        "object-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)

ALWAYS: dict[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=(), payment=(), usb=()",
}

NEVER_KEPT = "no-store"
ASSET_KEPT = "public, max-age=31536000, immutable"
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


def headers(origin: str, asset: bool) -> dict[str, str]:
    """Write the headers for a page, or for a file that holds nothing about anybody."""
    written = {**ALWAYS, "Cache-Control": ASSET_KEPT if asset else NEVER_KEPT}
    if origin.startswith("https://"):
        written["Strict-Transport-Security"] = STRICT_TRANSPORT
    return written
