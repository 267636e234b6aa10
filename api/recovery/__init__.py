"""The recovery of an incident at the doors: availability, downtime, plans, standing down."""
