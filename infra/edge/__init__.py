"""The CloudFront distribution that is the only way in (docs/design.md, "The edge"): what it caches, forwards, sends and
refuses."""
