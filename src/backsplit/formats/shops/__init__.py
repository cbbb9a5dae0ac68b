"""One module a shop, with a format for each of its files. CONTRIBUTING says how to add one."""
