"""What every room may use: whole files, tables, arguments read with care, how a process ends."""
