"""Writes what PyTorch answers and learns on batches of unequal lengths: LSTM and GRU, one way and both, and an encoder layer.

    /usr/bin/python3 tests/golden/sequence/generate.py

All in float64, padding packed away or masked. Weights are written as ours lie: kernels are input x gates, a GRU's gates in the
order update, reset, candidate (PyTorch's is reset, update, new), and an LSTM's two biases are one.
"""
import json
import os

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH, STEPS, WIDTH, UNITS = 4, 5, 4, 3
LENGTHS = [5, 1, 3, 4]


def draw(*shape):
    # Sixteenths are the same in float32.
    return torch.round(torch.randn(*shape) * 16).double() / 16


def fill(module):
    for parameter in module.parameters():
        parameter.data = draw(*parameter.shape) / 2


def turned(block):
    """Of a GRU, from reset, update, new to update, reset, candidate; along the first axis."""
    reset, update, new = block.chunk(3)
    return torch.cat([update, reset, new])


def recurrent(kind, both):
    net = (nn.LSTM if kind == "lstm" else nn.GRU)(WIDTH, UNITS, batch_first=True, bidirectional=both).double()
    fill(net)
    if kind == "lstm":
        for way in [""] + (["_reverse"] if both else []):
            # One of the two biases is enough.
            getattr(net, f"bias_hh_l0{way}").data.zero_()
    x = draw(BATCH, STEPS, WIDTH).requires_grad_()
    packed = nn.utils.rnn.pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
    out, _ = nn.utils.rnn.pad_packed_sequence(net(packed)[0], batch_first=True, total_length=STEPS)
    pull = draw(*out.shape)
    (out * pull).sum().backward()
    order = turned if kind == "gru" else lambda block: block

    def lie(of):
        parts = []
        for way in [""] + (["_reverse"] if both else []):
            parts += [order(of(getattr(net, f"weight_ih_l0{way}"))).T, order(of(getattr(net, f"weight_hh_l0{way}"))).T,
                      order(of(getattr(net, f"bias_ih_l0{way}")))]
            if kind == "gru":
                parts.append(order(of(getattr(net, f"bias_hh_l0{way}"))))
        return parts

    layer = {"kind": kind, "units": UNITS, "direction": "both" if both else "forward", "returns": "all"}
    return case(layer, x, out, pull, lie)


def encoder():
    net = nn.TransformerEncoderLayer(WIDTH, 2, 6, dropout=0.0, batch_first=True).double()
    fill(net)
    x = draw(BATCH, STEPS, WIDTH).requires_grad_()
    real = torch.arange(STEPS)[None, :] < torch.tensor(LENGTHS)[:, None]
    out = net(x, src_key_padding_mask=~real) * real[:, :, None]
    pull = draw(*out.shape)
    (out * pull).sum().backward()

    def lie(of):
        attention = net.self_attn
        parts = [of(attention.in_proj_weight).T, of(attention.in_proj_bias)]
        parts += [of(attention.out_proj.weight).T, of(attention.out_proj.bias), of(net.norm1.weight), of(net.norm1.bias)]
        parts += [of(net.linear1.weight).T, of(net.linear1.bias), of(net.linear2.weight).T, of(net.linear2.bias)]
        return parts + [of(net.norm2.weight), of(net.norm2.bias)]

    return case({"kind": "attention-block", "heads": 2, "hidden": 6, "dropout": 0}, x, out, pull, lie)


def case(layer, x, out, pull, lie):
    flat = lambda tensor: [round(value, 9) for value in tensor.detach().reshape(-1).tolist()]
    return {
        "layer": layer, "batch": BATCH, "steps": STEPS, "width": WIDTH, "lengths": LENGTHS, "inputs": flat(x),
        "weights": [value for part in lie(lambda p: p) for value in flat(part)], "output": flat(out), "pull": flat(pull),
        "inputGradient": flat(x.grad), "gradients": [flat(part) for part in lie(lambda p: p.grad)],
    }


torch.manual_seed(1)
cases = [recurrent(kind, both) for kind in ("lstm", "gru") for both in (False, True)] + [encoder()]
with open(os.path.join(HERE, "pytorch.json"), "w") as file:
    json.dump({"made with": f"torch {torch.__version__}", "cases": cases}, file, separators=(",", ":"))
    file.write("\n")
