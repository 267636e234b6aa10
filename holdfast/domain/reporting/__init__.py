"""The regulatory reporting of one financial entity in one major incident (DORA Art. 19)."""
