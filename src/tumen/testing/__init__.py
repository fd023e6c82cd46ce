"""What tests and benchmarks of a dataset need: records made up by the schema."""
