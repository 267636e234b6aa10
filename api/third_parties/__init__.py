"""The responders' and overseers' side of escalated third parties, behind its doors."""
