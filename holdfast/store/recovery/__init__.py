"""The recovery of incidents as people ask for it: availability, plans, standing down."""
