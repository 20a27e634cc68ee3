"""An on-sale in virtual time, through the system as it would be deployed: `make on-sale-rehearsal PEOPLE=1000000`.

No other part of the repository imports this one. docs/scale.md has what it found."""
