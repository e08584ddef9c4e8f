"""Settings of all tests: generated examples are the same in every run, and none is timed."""

from hypothesis import HealthCheck, settings

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("ci", UNTIMED, derandomize=True, print_blob=True)
# On other releases of Python and of the dependencies: those differ in what is called, not in what is drawn.
settings.register_profile("releases", UNTIMED, derandomize=True, print_blob=True, max_examples=15)
# To look for new counterexamples: pytest --hypothesis-profile=explore
settings.register_profile("explore", UNTIMED, derandomize=False, max_examples=2000)
settings.load_profile("ci")
