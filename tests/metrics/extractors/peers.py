"""Importing torch-fidelity beside any build of PyTorch."""

import importlib
from types import ModuleType

_kept: list = []  # operators live as long as their library


def torch_fidelity(module: str) -> ModuleType:
    """Import a module of torch-fidelity, such as "feature_extractor_inceptionv3".

    All of it imports torchvision. PyPI's is built for CUDA: beside a PyTorch for
    the CPU its compiled operators do not load, and for want of the two that it
    describes it cannot even be imported. Declaring these is enough, as torch-fidelity
    calls none of them.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        import torch

        library = torch.library.Library("torchvision", "FRAGMENT")
        library.define("nms(Tensor dets, Tensor scores, float threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float threshold) -> Tensor")
        _kept.append(library)
    return importlib.import_module(f"torch_fidelity.{module}")
