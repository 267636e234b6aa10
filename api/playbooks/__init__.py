"""The responders' side of playbooks, behind its doors."""
