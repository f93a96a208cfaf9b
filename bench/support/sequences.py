"""Trains the networks of bench/sequences.ts in PyTorch, on the same numbers in the same sizes.

The first line written holds the version of PyTorch. Then one job is read a line, as JSON: the path of the standardised
sequences (float32, rows x weeks x channels), lengths (int32), the two targets (float32, NaN where unknown) and the part of each
row (uint8: 0 learns, 1 stops early, 2 judges), and the options. The answer is one line: seconds of CPU, epochs, and then the
path of the answers on the judging rows (float32, rows x 2), which it has written.
"""
import copy
import json
import sys
import time

import numpy as np
import torch
from torch import nn


class Bilstm(nn.Module):
    def __init__(self, channels, weeks, job):
        super().__init__()
        self.lstm = nn.LSTM(channels, job["units"], batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(job["dropout"])
        self.head = nn.Linear(2 * job["units"], 2)

    def forward(self, x, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        _, (last, _) = self.lstm(packed)
        return self.head(self.dropout(torch.cat([last[0], last[1]], dim=1)))


class Transformer(nn.Module):
    def __init__(self, channels, weeks, job):
        super().__init__()
        width = job["width"]
        self.enter = nn.Linear(channels, width)
        self.place = nn.Parameter(0.02 * torch.randn(weeks, width))
        block = lambda: nn.TransformerEncoderLayer(
            width, job["heads"], job["hidden"], dropout=job["dropout"], batch_first=True)
        self.blocks = nn.ModuleList([block() for _ in range(job["blocks"])])
        for one in self.blocks:
            # Ours drops nothing between softmax and values.
            one.self_attn.dropout = 0.0
        self.head = nn.Linear(width, 2)

    def forward(self, x, lengths):
        real = torch.arange(x.shape[1])[None, :] < lengths[:, None]
        rows = self.enter(x) + self.place
        for block in self.blocks:
            rows = block(rows, src_key_padding_mask=~real)
        shares = real.float() / lengths[:, None]
        return self.head((rows * shares[:, :, None]).sum(1))


def loss_of(answers, targets, weight):
    risk = nn.functional.binary_cross_entropy_with_logits(answers[:, 0], targets[:, 0])
    known = ~torch.isnan(targets[:, 1])
    return risk + weight * nn.functional.mse_loss(answers[known, 1], targets[known, 1])


def train(job):
    torch.manual_seed(job["seed"])
    read = lambda name, kind: np.fromfile(job[name], dtype=kind)
    lengths = torch.from_numpy(read("lengths", np.int32)).long()
    x = torch.from_numpy(read("inputs", np.float32).reshape(len(lengths), job["weeks"], job["channels"]))
    targets = torch.from_numpy(read("targets", np.float32).reshape(-1, 2))
    learn, stop, judge = [torch.from_numpy(np.flatnonzero(read("parts", np.uint8) == part)) for part in range(3)]
    kind = Bilstm if job["family"] == "bilstm" else Transformer
    model = kind(job["channels"], job["weeks"], job)
    adam = torch.optim.AdamW(model.parameters(), lr=job["rate"], weight_decay=0.01)
    best, best_epoch, kept = np.inf, 0, None
    started = time.process_time()
    for epoch in range(job["epochs"]):
        model.train()
        for rows in learn[torch.randperm(len(learn))].split(job["batch"]):
            adam.zero_grad()
            loss_of(model(x[rows], lengths[rows]), targets[rows], job["activityWeight"]).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            adam.step()
        model.eval()
        with torch.no_grad():
            fresh = float(loss_of(model(x[stop], lengths[stop]), targets[stop], job["activityWeight"]))
        if fresh < best:
            best, best_epoch, kept = fresh, epoch, copy.deepcopy(model.state_dict())
        if epoch - best_epoch >= job["patience"] + 1:
            break
    seconds = time.process_time() - started
    model.load_state_dict(kept)
    model.eval()
    with torch.no_grad():
        model(x[judge], lengths[judge]).numpy().astype(np.float32).tofile(job["answers"])
    return seconds, epoch + 1


torch.set_num_threads(1)
print(torch.__version__, flush=True)
for line in sys.stdin:
    seconds, epochs = train(json.loads(line))
    print(seconds, epochs, flush=True)
