"""What a post-incident review looks into, and when it is complete (DORA Art. 13(2))."""
