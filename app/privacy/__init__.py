"""Personal data: what is held on people, given to them, kept for a time, then erased."""
