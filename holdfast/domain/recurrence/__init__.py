"""The monthly assessment of recurring incidents (Delegated Regulation (EU) 2024/1772 Art. 8(2))."""
