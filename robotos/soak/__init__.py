"""The full counts: what `bench` and the tests sample, done often enough to be believed, with a report to commit."""
