"""The fields of reports, what they lack, and how they are written."""
