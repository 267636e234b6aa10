"""The what-if of policies: past incidents judged once more, with a candidate in a policy's place.

The rules are those of the process, not copies of them. What people decided stays decided: where
they confirmed a proposal, the candidate's would have been confirmed; where they overrode, theirs
stands.
"""
