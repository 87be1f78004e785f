"""The resamples of shared/quality/bootstrap.ts, drawn again: what is checked is what is made of them.

xoshiro128** (Blackman & Vigna), seeded by splitmix32; binomials by Hörmann's BTRS.
"""

import math

MASK = 0xFFFFFFFF


def splitmix32(seed, step):
    z = (seed + (step + 1) * 0x9E3779B9) & MASK
    z = ((z ^ (z >> 16)) * 0x85EBCA6B) & MASK
    z = ((z ^ (z >> 13)) * 0xC2B2AE35) & MASK
    return z ^ (z >> 16)


def stream(seed):
    a, b, c, d = (splitmix32(seed, word) for word in range(4))
    while True:
        x = (b * 5) & MASK
        yield ((((x << 7) | (x >> 25)) & MASK) * 9) & MASK
        t = (b << 9) & MASK
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= t
        d = ((d << 11) | (d >> 21)) & MASK


def indexes(draws, bound, count):
    return [(next(draws) * bound) >> 32 for _ in range(count)]


def draw_without(draws, count, of):
    rows = list(range(of))
    for place in range(count):
        other = place + ((next(draws) * (of - place)) >> 32)
        rows[place], rows[other] = rows[other], rows[place]
    return sorted(rows[:count])


def uniform(draws):
    return (next(draws) + 0.5) / 2**32


def binomial(draws, n, p):
    if n == 0 or p == 0:
        return 0
    if p > 0.5:
        return n - binomial(draws, n, 1 - p)
    if n * p < 10:
        trials, successes = 0, 0
        while True:
            trials += math.floor(math.log(uniform(draws)) / math.log1p(-p)) + 1
            if trials > n:
                return successes
            successes += 1
    spread = math.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c = n * p + 0.5
    alpha = (2.83 + 5.1 / b) * spread
    mode = math.floor((n + 1) * p)
    log_pmf = lambda k: (
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        + k * math.log(p) + (n - k) * math.log1p(-p)
    )
    while True:
        u = uniform(draws) - 0.5
        v = uniform(draws)
        us = 0.5 - abs(u)
        k = math.floor((2 * a / us + b) * u + c)
        if k < 0 or k > n:
            continue
        if us >= 0.07 and v <= 0.92 - 4.2 / b:
            return k
        if math.log(v * alpha / (a / (us * us) + b)) <= log_pmf(k) - log_pmf(mode):
            return k


def multinomial(draws, counts):
    left = mass = sum(counts)
    drawn = []
    for count in counts:
        if left == 0:
            drawn.append(0)
            continue
        drawn.append(left if count == mass else binomial(draws, left, count / mass))
        left -= drawn[-1]
        mass -= count
    return drawn
