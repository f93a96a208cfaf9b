"""Writes optimizer.json: what PyTorch's Adam and AdamW make of given gradients, and of a small network.

Made with Python 3.11, torch 1.13.0a0 (Debian python3-torch): python3 tests/golden/optimizer/generate.py
"""

import json
from pathlib import Path

import torch

torch.manual_seed(7)
torch.set_num_threads(1)


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def steps(make, clip=None, count=12, size=10):
    """Parameters after each of some steps along drawn gradients, with the gradients' lengths."""
    parameter = torch.nn.Parameter(torch.randn(size))
    start = numbers(parameter)
    optimizer = make([parameter])
    gradients, after = [], []
    for _ in range(count):
        gradient = torch.randn(size)
        gradients.append(numbers(gradient))
        parameter.grad = gradient
        if clip is not None:
            torch.nn.utils.clip_grad_norm_([parameter], clip)
        optimizer.step()
        after.append(numbers(parameter))
    return {"start": start, "gradients": gradients, "after": after}


def training(count=40):
    """A network of two heads, one of them with unknown targets, learning from one batch."""
    rows = 24
    inputs = torch.randn(rows, 5)
    labels = (torch.rand(rows) < 0.5).float()
    amounts = torch.randn(rows)
    known = torch.rand(rows) < 0.7
    first, norm, last = torch.nn.Linear(5, 8), torch.nn.LayerNorm(8), torch.nn.Linear(8, 2)
    model = torch.nn.Sequential(first, torch.nn.Tanh(), norm, last)
    weights = [first.weight.T, first.bias, norm.weight, norm.bias, last.weight.T, last.bias]
    start = [value for weight in weights for value in numbers(weight)]
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02, weight_decay=0.05)
    losses = []
    for _ in range(count):
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(outputs[:, 0], labels)
        loss = loss + 0.5 * torch.nn.functional.mse_loss(outputs[known, 1], amounts[known])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        losses.append(loss.item())
    weights = [first.weight.T, first.bias, norm.weight, norm.bias, last.weight.T, last.bias]
    targets = torch.stack([labels, torch.where(known, amounts, torch.tensor(float("nan")))], 1)
    return {
        "inputs": numbers(inputs),
        "targets": [None if value != value else value for value in numbers(targets)],
        "start": start,
        "losses": losses,
        "end": [value for weight in weights for value in numbers(weight)],
    }


def schedule(steps=40, warm_up=8, floor=0.1):
    """Factors of a linear rise and a cosine, by PyTorch's own schedulers."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps - warm_up, eta_min=floor)
    factors = [(step + 1) / warm_up for step in range(warm_up)]
    for _ in range(steps - warm_up):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        cosine.step()
    return factors


def softmax():
    outputs = torch.randn(5, 4, requires_grad=True)
    targets = torch.softmax(torch.randn(5, 4), 1)
    loss = torch.nn.functional.cross_entropy(outputs, targets)
    loss.backward()
    return {
        "outputs": numbers(outputs),
        "targets": numbers(targets),
        "loss": loss.item(),
        "gradient": numbers(outputs.grad),
    }


golden = {
    "torch": torch.__version__,
    "adam": steps(lambda p: torch.optim.Adam(p, lr=0.01)),
    "adamOddBetas": steps(lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.5, 0.9), eps=1e-3)),
    "adamw": steps(lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1)),
    "clipped": steps(lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.01), clip=0.7),
    "training": training(),
    "cosine": schedule(),
    "softmax": softmax(),
}
Path(__file__).with_name("optimizer.json").write_text(json.dumps(golden) + "\n")
