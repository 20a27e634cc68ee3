"""What the edge knows of the payment provider by name: another one changes this file, and no other of the edge."""

SIGNATURE_HEADER = "Stripe-Signature"  # of its callbacks, which no log may hold
# What a page asks it for. Source: https://docs.stripe.com/security/guide#content-security-policy
PROVIDER_SCRIPT = "https://js.stripe.com"
PROVIDER_FRAMES = (PROVIDER_SCRIPT, "https://hooks.stripe.com")
PROVIDER_API = "https://api.stripe.com"
