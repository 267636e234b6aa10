"""What the evidence says about an incident, put together for its review and for the board."""
