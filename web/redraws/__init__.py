"""What the pages, the papers and the JSON of redraws share: values on the wire, sentences and drawings."""
