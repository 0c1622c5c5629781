"""What the proofreader looks at, one module for each kind of thing. Nothing here mends anything."""
