"""The incident process, detect → triage → contain → recover → learn, as pure rules over a state."""
