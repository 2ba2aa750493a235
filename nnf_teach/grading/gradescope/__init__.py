"""Gradescope: an archive that grades there as `nnf grade` does here.

archive     what an instructor uploads: two scripts, and the package as a wheel
wheel       the package as a wheel, of what is installed
run         one submission there, from the files to results.json
results     what results.json holds
"""
