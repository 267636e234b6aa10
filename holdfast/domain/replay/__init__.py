"""Replay of judgements: everything that the process judged, judged again from the evidence alone.

The rules are those of the process, not copies of them; a difference is a finding.
"""
