"""Sites in general position among those that meet what must hold beside a rank (theory section 7, JOINTLY).

Site averages of effects are sums of means of products of coefficients. Where nothing is demanded, the mean of a product
is a number of its own; what is declared, and the conditions of regressions, tie some of them to others, such as
E_s[A B] = E_s[A] E_s[B]. Taken node by node in topological order, what is demanded of the products that end in an
arrow into a node is linear in these, those that end earlier being known. So a solution is drawn from a prime field as
sites in general position are (``general_position``), and a rank computed with it is exact.
"""
