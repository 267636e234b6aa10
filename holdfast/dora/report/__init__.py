"""The content of reports: Implementing Regulation (EU) 2025/302, field by field."""
