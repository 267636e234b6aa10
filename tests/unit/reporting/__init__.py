"""The reporting of a financial entity to its competent authority."""
