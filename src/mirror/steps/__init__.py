"""One module a verb: each joins the rooms it needs, and is called by the commands and the flow."""
