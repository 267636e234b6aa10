"""Documents of the process as the evidence and its projections have them."""
