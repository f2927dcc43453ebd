"""From files to the net: read, name the fields, check, plan, load."""
