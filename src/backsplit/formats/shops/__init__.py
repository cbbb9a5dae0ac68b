"""One module for each file that a shop exports, and nothing else. CONTRIBUTING says how to add one."""
