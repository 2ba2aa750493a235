"""The data of the lessons: real handwritten digits, and points in the plane.

mnist               70,000 handwritten digits, from a file in the package
blobs               round clouds of points around chosen centres
piecewise           a line broken into pieces
playground          the data sets of the TensorFlow Playground
product_errors      measured errors of networks that learnt an inner product
runs                recorded training runs, sound ones and broken ones

A `load_x` reads a file, a `make_x` draws from the random generator that it is given.
"""

from nnf_teach.datasets.blobs import make_blobs
from nnf_teach.datasets.mnist import Digits, image_rows, load_mnist, sample_digits
from nnf_teach.datasets.piecewise import make_piecewise
from nnf_teach.datasets.playground import (
    make_circle,
    make_gaussian_hills,
    make_gaussians,
    make_plane,
    make_spiral,
    make_xor,
)
from nnf_teach.datasets.product_errors import ProductErrors, load_product_errors
from nnf_teach.datasets.runs import Run, load_runs

__all__ = [
    "Digits",
    "ProductErrors",
    "Run",
    "image_rows",
    "load_mnist",
    "load_product_errors",
    "load_runs",
    "make_blobs",
    "make_circle",
    "make_gaussian_hills",
    "make_gaussians",
    "make_piecewise",
    "make_plane",
    "make_spiral",
    "make_xor",
    "sample_digits",
]
