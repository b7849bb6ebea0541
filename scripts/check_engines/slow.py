"""Makes the package slow where STARCITE_DELAY names seconds, so that a worker can be killed in the middle of a job: sitecustomize.py of an engine's environment."""
import os

if delay := float(os.environ.get("STARCITE_DELAY", "0")):
    import functools
    import time

    import starcite

    extract_batch = starcite.extract_batch

    @functools.wraps(extract_batch)
    def slow(*args, **options):
        time.sleep(delay)
        return extract_batch(*args, **options)

    starcite.extract_batch = slow
