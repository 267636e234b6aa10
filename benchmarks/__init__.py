"""Programs that measure Holdfast against a floor in the same run; `make bench` runs them all."""
