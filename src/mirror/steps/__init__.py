"""One function a verb; they join the rooms and are shared by the command line and the flow."""
