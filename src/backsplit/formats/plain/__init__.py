"""Plain files: any table or JSON whose columns have the usual names, or are named by --map."""
