"""What every later wing may use: whole files, arguments read with care, how a process ends, values in notebooks."""
