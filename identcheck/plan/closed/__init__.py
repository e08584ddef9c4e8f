"""What follows from anticipated numbers in closed form."""
