"""The pages, one module a subject: each view reads what was asked, calls one hub, and renders or sends on."""
