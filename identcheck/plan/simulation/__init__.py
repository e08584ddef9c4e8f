"""Monte Carlo from a plan: trials drawn by site effects or person by person, and estimators compared in them."""
