"""The payments simulator: one stateful stand-in for Stripe, over real HTTP, for tests and the demo. See docs/payments-simulator.md."""
