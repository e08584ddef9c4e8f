"""Numbers after the data: what a table of site effects says about the effects that the design identifies (theory section 17).

=====================  ==================================================================
file                   what
=====================  ==================================================================
columns, reading       columns of data frames, and of CSV, Parquet, Stata and SPSS files
site_effects, persons  a table of site effects, given as one or made of persons
crossing               clusters with persons in several arms or cells
regressors             the rows and columns of one regression
weighted, bootstrap    weighted least squares with errors over sites (CR2, CR3, wild bootstrap)
minimum                the global minimum of Q (LIML with known sampling covariances)
averaged               pooled, site by site, corrected for sampling error
found, scatter         strength of the instruments; tests of the scatter; differing effects
confidence             Anderson-Rubin sets
effect, composing      the evidence on one effect
examine, result        examine() and its tables
=====================  ==================================================================
"""
