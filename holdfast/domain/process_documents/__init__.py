"""Documents of the process: procedures, runbooks, policies and BPMN files, version by version."""
