"""What major incidents of a year have cost, and how they were reported (DORA Art. 11(10))."""
