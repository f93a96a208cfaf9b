"""Trains in PyTorch the networks that bench/networks.ts trains, on the same numbers, on one thread.

The argument is the folder with the numbers, NAME.bin as float32 or NAME.int32.bin. The first line written holds the version of
PyTorch. Then a line with a contest and a number of epochs is read; it is trained from new weights, and the line written
back holds the CPU seconds, the seconds by the clock, and the score.
"""
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
folder = sys.argv[1]


def load(name, *shape):
    return torch.from_numpy(np.fromfile(f"{folder}/{name}.bin", dtype=np.float32).reshape(shape))


def load_integers(name, *shape):
    return torch.from_numpy(np.fromfile(f"{folder}/{name}.int32.bin", dtype=np.int32).reshape(shape).astype(np.int64))


def auc(margins, labels):
    order = margins.argsort()
    ranks = torch.empty(len(margins), dtype=torch.float64)
    ranks[order] = torch.arange(1, len(margins) + 1, dtype=torch.float64)
    above = labels.sum().item()
    return (ranks[labels > 0].sum().item() - above * (above + 1) / 2) / (above * (len(labels) - above))


def minimise(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def batches(count, size):
    return torch.randperm(count).split(size)


class BiLstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(16, 64, bidirectional=True, batch_first=True)
        self.head = nn.Linear(128, 2)

    def forward(self, x):
        _, (last, _) = self.lstm(x)
        return self.head(torch.cat([last[0], last[1]], 1))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.widen = nn.Linear(16, 64)
        self.position = nn.Parameter(torch.randn(20, 64) * 0.02)
        block = nn.TransformerEncoderLayer(64, 4, 128, 0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(block, 2)
        self.head = nn.Linear(64, 2)

    def forward(self, x):
        return self.head(self.encoder(self.widen(x) + self.position).mean(1))


def sequence_contest(make, rate):
    def prepare():
        x, targets = load("weeks", -1, 20, 16), load("fates", -1, 2)
        fresh, labels = load("fresh-weeks", -1, 20, 16), load("fresh-fates", -1, 2)[:, 0]
        model = make()
        optimizer = torch.optim.Adam(model.parameters(), rate)

        def train(epochs):
            for _ in range(epochs):
                for rows in batches(len(x), 128):
                    out, wanted = model(x[rows]), targets[rows]
                    risk = F.binary_cross_entropy_with_logits(out[:, 0], wanted[:, 0])
                    minimise(optimizer, risk + F.mse_loss(out[:, 1], wanted[:, 1]))

        def score():
            model.eval()
            with torch.no_grad():
                return auc(torch.cat([model(part)[:, 0] for part in fresh.split(128)]), labels)

        return train, score

    return prepare


def dense(*widths, inner, last=None):
    layers = []
    for i in range(len(widths) - 1):
        layers += [nn.Linear(widths[i], widths[i + 1]), inner()]
    return nn.Sequential(*layers[:-1], *([last()] if last else [])).apply(glorot)


def autoencoder():
    x = load("profiles", -1, 64)
    model = dense(64, 32, 8, 32, 64, inner=nn.ReLU)
    optimizer = torch.optim.Adam(model.parameters(), 0.002)

    def train(epochs):
        for _ in range(epochs):
            for rows in batches(len(x), 128):
                minimise(optimizer, F.mse_loss(model(x[rows]), x[rows]))

    def score():
        with torch.no_grad():
            return F.mse_loss(model(x), x).item()

    return train, score


def glorot(layer):
    """The first weights that ours have."""
    if hasattr(layer, "weight"):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)


def leaky():
    return nn.LeakyReLU(0.2)


def gap(real, made):
    """Root mean square difference of the means and of the deviations of each number."""
    means = (real.mean(0) - made.mean(0)) ** 2
    deviations = (real.std(0) - made.std(0)) ** 2
    return torch.cat([means, deviations]).mean().sqrt().item()


def adversaries(name, shape, batch, generator, critic):
    real = load(name, *shape)
    adam = lambda model: torch.optim.Adam(model.parameters(), 0.0002, (0.5, 0.999))
    of_generator, of_critic = adam(generator), adam(critic)
    truth = torch.cat([torch.ones(batch, 1), torch.zeros(batch, 1)])

    def train(epochs):
        for _ in range(epochs):
            for rows in batches(len(real), batch):
                if len(rows) < batch:
                    continue
                made = generator(torch.randn(batch, 16))
                judged = critic(torch.cat([real[rows], made.detach()]))
                minimise(of_critic, 2 * F.binary_cross_entropy_with_logits(judged, truth))
                judged = critic(generator(torch.randn(batch, 16)))
                minimise(of_generator, F.binary_cross_entropy_with_logits(judged, truth[:batch]))

    def score():
        with torch.no_grad():
            return gap(real.flatten(1), generator(torch.randn(1024, 16)).flatten(1))

    return train, score


def dense_gan():
    generator = dense(16, 64, 64, 32, inner=leaky, last=nn.Tanh)
    return adversaries("styles", (-1, 32), 128, generator, dense(32, 64, 64, 1, inner=leaky))


def image_gan():
    generator = nn.Sequential(
        nn.Linear(16, 2048), nn.ReLU(), nn.Unflatten(1, (32, 8, 8)),
        nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 3, 4, 2, 1), nn.Tanh())
    critic = nn.Sequential(
        nn.Conv2d(3, 16, 4, 2, 1), leaky(), nn.Conv2d(16, 32, 4, 2, 1), leaky(), nn.Flatten(), nn.Linear(2048, 1))
    return adversaries("images", (-1, 3, 32, 32), 64, generator.apply(glorot), critic.apply(glorot))


def graph():
    users, badges = 10_000, 500
    edges, fresh = load_integers("edges", -1, 2), load_integers("fresh-edges", -1, 3)
    nodes = users + badges
    both = torch.cat([edges, edges.flip(1)])
    degree = torch.bincount(both[:, 0], minlength=nodes).float()
    values = (degree[both[:, 0]] * degree[both[:, 1]]).rsqrt()
    matrix = torch.sparse_coo_tensor(both.T, values, (nodes, nodes)).coalesce()
    rows = nn.Parameter(torch.randn(nodes, 64) * 0.1)
    optimizer = torch.optim.Adam([rows], 0.005)

    def spread():
        stages = [rows]
        for _ in range(3):
            stages.append(torch.sparse.mm(matrix, stages[-1]))
        return torch.stack(stages).mean(0)

    def train(epochs):
        for _ in range(epochs):
            for part in batches(len(edges), 4096):
                all_rows = spread()
                user, badge = edges[part].T
                other = torch.randint(users, nodes, (len(part),))
                margin = (all_rows[user] * (all_rows[badge] - all_rows[other])).sum(1)
                minimise(optimizer, F.softplus(-margin).mean())

    def score():
        with torch.no_grad():
            all_rows = spread()
            user, badge, other = fresh.T
            margin = (all_rows[user] * (all_rows[badge] - all_rows[other])).sum(1)
            return (margin > 0).double().mean().item()

    return train, score


def q_learning():
    states, next_states = load("states", -1, 16), load("next-states", -1, 16)
    rewards = load("rewards", -1, 8)
    make = lambda: dense(16, 64, 64, 8, inner=nn.ReLU)
    model, target = make(), make()
    target.load_state_dict(model.state_dict())
    optimizer = torch.optim.Adam(model.parameters(), 0.001)

    def train(epochs):
        for _ in range(1000 * epochs):
            with torch.no_grad():
                model(states[torch.randint(len(states), (1,))]).argmax()
            rows, acts = torch.randint(len(states), (32,)), torch.randint(8, (32,))
            with torch.no_grad():
                wanted = rewards[rows, acts] + 0.5 * target(next_states[rows]).max(1).values
            values = model(states[rows]).gather(1, acts[:, None])[:, 0]
            minimise(optimizer, F.smooth_l1_loss(values, wanted))

    def score():
        with torch.no_grad():
            wanted = rewards + 0.5 * target(next_states).max(1).values[:, None]
            return F.mse_loss(model(states), wanted).item()

    return train, score


contests = {
    "bilstm": sequence_contest(BiLstm, 0.003),
    "transformer": sequence_contest(Transformer, 0.001),
    "autoencoder": autoencoder,
    "dense-gan": dense_gan,
    "image-gan": image_gan,
    "graph": graph,
    "q-learning": q_learning,
}

print(torch.__version__, flush=True)
for line in sys.stdin:
    name, epochs, seed = line.split()
    torch.manual_seed(int(seed))
    train, score = contests[name]()
    wall, cpu = time.perf_counter(), time.process_time()
    train(int(epochs))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(cpu, wall, score(), flush=True)
