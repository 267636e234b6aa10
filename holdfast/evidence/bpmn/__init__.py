"""BPMN 2.0 files: read without trusting them, held against the schema of the OMG, compared."""
