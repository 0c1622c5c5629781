"""Stand-ins for what crosses the network: never imported by the product."""
