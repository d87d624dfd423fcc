#!/usr/bin/env python3
"""Generate jets of five classes (g, q, t, w, z) with PYTHIA 8 and FastJet.

A class is one proton-proton process at 13 TeV whose partons or bosons leave with a transverse
momentum of 985 to 1015 GeV. Showers, multiple interactions and hadronisation are on (Monash 2013,
PYTHIA's default tune). The visible particles pass a light parametric detector, are clustered with
anti-kT (R = 0.8), matched to the two hard partons or bosons, cut to 800 < pT < 1600 GeV and reduced
to 16 features, defined in the README next to this file.

    pip install pythia8mc==8.317.2 fastjet==3.5.2.0 numpy==2.4.6 numba==0.68.1 pyarrow==26.0.1
    python generate_jets.py --jobs 2
    python finalize.py out

Work is cut into chunks, and the seed of a chunk depends on nothing but (--seed, class, number of the
chunk): the same arguments give the same jets whatever --jobs is, and a stopped run goes on where it
was. Ten thousand events a class (the default) give about 18 thousand jets a class.
"""
import argparse
import math
import multiprocessing
import os

import numpy as np
from numba import njit

CLASSES = ["g", "q", "t", "w", "z"]
FEATURES = [
    "zlogz", "c1_b0_mmdt", "c1_b1_mmdt", "c1_b2_mmdt", "c2_b1_mmdt", "c2_b2_mmdt", "d2_b1_mmdt", "d2_b2_mmdt",
    "d2_a1_b1_mmdt", "d2_a1_b2_mmdt", "m2_b1_mmdt", "m2_b2_mmdt", "n2_b1_mmdt", "n2_b2_mmdt", "mass_mmdt",
    "multiplicity",
]

COMMON = [
    "Print:quiet = on", "Beams:idA = 2212", "Beams:idB = 2212", "Beams:eCM = 13000.",
    "PhaseSpace:pTHatMin = 985.", "PhaseSpace:pTHatMax = 1015.",
    "ParticleDecays:limitTau0 = on", "ParticleDecays:tau0Max = 10.", "Random:setSeed = on",
]
PROCESS = {
    "g": ["HardQCD:gg2gg = on", "HardQCD:qqbar2gg = on"],
    "q": ["HardQCD:qq2qq = on", "HardQCD:gg2qqbar = on", "HardQCD:qqbar2qqbarNew = on"],
    "t": ["Top:gg2ttbar = on", "Top:qqbar2ttbar = on"],
    "w": ["WeakDoubleBoson:ffbar2WW = on"],
    "z": ["WeakDoubleBoson:ffbar2gmZgmZ = on", "WeakZ0:gmZmode = 2"],
}
DECAYS = {
    "g": [], "q": [],
    "t": ["24:onMode = off", "24:onIfAny = 1 2 3 4 5"],
    "w": ["24:onMode = off", "24:onIfAny = 1 2 3 4 5"],
    "z": ["23:onMode = off", "23:onIfAny = 1 2 3 4 5"],
}

RADIUS = 0.8
PT_MIN, PT_MAX, ETA_MAX = 800.0, 1600.0, 2.5   # of a jet
CONSTITUENT_PT_MIN = 0.5                       # GeV
Z_CUT = 0.1                                    # mMDT: soft drop with beta = 0
PHOTON_CELL = 0.0174
SMEARING = 0.5                                 # share of the full energy resolution
CHARGED, ELECTRON, PHOTON, NEUTRAL_HADRON = range(4)


@njit(cache=True)
def delta_phi(a):
    while a > math.pi:
        a -= 2 * math.pi
    while a <= -math.pi:
        a += 2 * math.pi
    return a


@njit(cache=True)
def groom(pt, eta, phi, z_cut):
    """Recluster with Cambridge/Aachen (E scheme) into one jet and undo the last step until
    min(pT1, pT2) > z_cut (pT1 + pT2). Returns the mask of what is kept, and its mass."""
    n = pt.size
    keep = np.zeros(n, np.bool_)
    if n == 1:
        keep[0] = True
        return keep, 0.0
    size = 2 * n - 1
    momentum = np.zeros((size, 4))
    rapidity, azimuth, node_pt = np.zeros(size), np.zeros(size), np.zeros(size)
    left, right = -np.ones(size, np.int64), -np.ones(size, np.int64)
    for i in range(n):
        momentum[i, 0] = pt[i] * math.cos(phi[i])
        momentum[i, 1] = pt[i] * math.sin(phi[i])
        momentum[i, 2] = pt[i] * math.sinh(eta[i])
        momentum[i, 3] = pt[i] * math.cosh(eta[i])
        rapidity[i], azimuth[i], node_pt[i] = eta[i], phi[i], pt[i]
    node_of = np.arange(n)
    neighbour = np.zeros(n, np.int64)
    distance = np.full(n, 1e30)
    for i in range(n):
        for j in range(n):
            if i != j:
                d = (rapidity[i] - rapidity[j]) ** 2 + delta_phi(azimuth[i] - azimuth[j]) ** 2
                if d < distance[i]:
                    distance[i] = d
                    neighbour[i] = j
    alive = np.ones(n, np.bool_)
    nodes = n
    for _ in range(n - 1):
        b = -1
        best = 1e31
        for i in range(n):
            if alive[i] and distance[i] < best:
                best = distance[i]
                b = i
        a = neighbour[b]
        k = nodes
        nodes += 1
        left[k], right[k] = node_of[a], node_of[b]
        for c in range(4):
            momentum[k, c] = momentum[node_of[a], c] + momentum[node_of[b], c]
        node_pt[k] = math.hypot(momentum[k, 0], momentum[k, 1])
        rapidity[k] = 0.5 * math.log((momentum[k, 3] + momentum[k, 2]) / (momentum[k, 3] - momentum[k, 2]))
        azimuth[k] = math.atan2(momentum[k, 1], momentum[k, 0])
        node_of[a] = k
        alive[b] = False
        distance[a] = 1e30
        for i in range(n):
            if not alive[i] or i == a:
                continue
            d = (rapidity[node_of[i]] - rapidity[k]) ** 2 + delta_phi(azimuth[node_of[i]] - azimuth[k]) ** 2
            if d < distance[a]:
                distance[a] = d
                neighbour[a] = i
            if neighbour[i] == a or neighbour[i] == b:
                distance[i] = 1e30
                for j in range(n):
                    if alive[j] and j != i:
                        e = ((rapidity[node_of[i]] - rapidity[node_of[j]]) ** 2
                             + delta_phi(azimuth[node_of[i]] - azimuth[node_of[j]]) ** 2)
                        if e < distance[i]:
                            distance[i] = e
                            neighbour[i] = j
            elif d < distance[i]:
                distance[i] = d
                neighbour[i] = a
    current = nodes - 1
    while left[current] >= 0:
        a, b = left[current], right[current]
        if min(node_pt[a], node_pt[b]) > z_cut * (node_pt[a] + node_pt[b]):
            break
        current = a if node_pt[a] > node_pt[b] else b
    stack = np.zeros(size, np.int64)
    stack[0] = current
    depth = 1
    while depth > 0:
        depth -= 1
        k = stack[depth]
        if left[k] < 0:
            keep[k] = True
        else:
            stack[depth], stack[depth + 1] = left[k], right[k]
            depth += 2
    p = momentum[current]
    return keep, math.sqrt(max(p[3] ** 2 - p[0] ** 2 - p[1] ** 2 - p[2] ** 2, 0.0))


@njit(cache=True)
def features(pt, eta, phi, z_cut):
    """The 16 features of one jet from its constituents, taken as massless."""
    out = np.zeros(16)
    if pt.size == 0:
        return out
    total = pt.sum()
    for i in range(pt.size):
        z = pt[i] / total
        out[0] += z * math.log(z)
    out[15] = pt.size
    keep, mass = groom(pt, eta, phi, z_cut)
    out[14] = mass
    kept = np.nonzero(keep)[0]
    n = kept.size
    kept_pt = 0.0
    for i in kept:
        kept_pt += pt[i]
    z = np.empty(n)
    angle = np.zeros((n, n))
    e2_b0, e2_b1, e2_b2 = 0.0, 0.0, 0.0
    for i in range(n):
        z[i] = pt[kept[i]] / kept_pt
        for j in range(i):
            d = math.sqrt((eta[kept[i]] - eta[kept[j]]) ** 2 + delta_phi(phi[kept[i]] - phi[kept[j]]) ** 2)
            angle[i, j] = d
            angle[j, i] = d
            w = z[i] * z[j]
            e2_b0 += w
            e2_b1 += w * d
            e2_b2 += w * d * d
    # The product of all three angles, the smallest one, the product of the two smallest ones.
    all_b1, all_b2, one_b1, one_b2, two_b1, two_b2 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        for j in range(i):
            pair = z[i] * z[j]
            a = angle[i, j]
            for k in range(j):
                w = pair * z[k]
                b, c = angle[i, k], angle[j, k]
                largest, smallest = max(a, max(b, c)), min(a, min(b, c))
                x = a * b * c
                all_b1 += w * x
                all_b2 += w * x * x
                one_b1 += w * smallest
                one_b2 += w * smallest * smallest
                y = x / largest if largest > 0 else 0.0
                two_b1 += w * y
                two_b2 += w * y * y
    out[1], out[2], out[3] = e2_b0, e2_b1, e2_b2
    if e2_b2 > 0 and e2_b1 > 0:
        out[4] = all_b1 / e2_b1 ** 2
        out[5] = all_b2 / e2_b2 ** 2
        out[6] = all_b1 / e2_b1 ** 3
        out[7] = all_b2 / e2_b2 ** 3
        out[8] = all_b1 / e2_b1 ** 3
        out[9] = all_b1 / e2_b2 ** 1.5
        out[10] = one_b1 / e2_b1
        out[11] = one_b2 / e2_b2
        out[12] = two_b1 / e2_b1 ** 2
        out[13] = two_b2 / e2_b2 ** 2
    return out


def merge_in_cells(eta, phi, energy, cell):
    """Sum energies in (eta, phi) cells; the direction is the energy-weighted mean."""
    columns = int(round(2 * math.pi / cell))
    width = 2 * math.pi / columns
    row = np.floor(eta / cell).astype(np.int64)
    column = np.floor((phi + math.pi) / width).astype(np.int64) % columns
    key, cell_of = np.unique((row + 1000) * columns + column, return_inverse=True)
    sums = np.bincount(cell_of, weights=energy, minlength=key.size)
    weight = np.maximum(sums, 1e-12)
    centre = (key % columns + 0.5) * width - math.pi
    mean_eta = np.bincount(cell_of, weights=energy * eta, minlength=key.size) / weight
    offset = (phi - centre[cell_of] + math.pi) % (2 * math.pi) - math.pi
    return mean_eta, centre + np.bincount(cell_of, weights=energy * offset, minlength=key.size) / weight, sums


def detect(kind, pt, eta, phi, energy, rng):
    """Merge photons in cells of 0.0174 x 0.0174, smear energies, drop soft constituents."""
    photon = kind == PHOTON
    cell_eta, cell_phi, cell_energy = merge_in_cells(eta[photon], phi[photon], energy[photon], PHOTON_CELL)
    resolution = np.where(kind <= ELECTRON, 0.01, np.hypot(0.5 / np.sqrt(energy), 0.03))[~photon]
    cell_energy = cell_energy * (
        1 + SMEARING * rng.normal(size=cell_energy.size) * np.hypot(0.03 / np.sqrt(cell_energy), 0.005))
    other_pt = pt[~photon] * (1 + SMEARING * rng.normal(size=resolution.size) * resolution)
    seen_pt = np.concatenate([other_pt, cell_energy / np.cosh(cell_eta)])
    kept = seen_pt > CONSTITUENT_PT_MIN
    return (seen_pt[kept], np.concatenate([eta[~photon], cell_eta])[kept],
            np.concatenate([phi[~photon], cell_phi])[kept])


def start_pythia(settings):
    import pythia8mc
    pythia = pythia8mc.Pythia("", False)
    for setting in settings:
        pythia.readString(setting)
    if not pythia.init():
        raise RuntimeError("PYTHIA did not start")
    return pythia


def write_undecayed_bosons(name, events, seed, path):
    """The hard process alone, bosons undecayed and on their mass shell, as a Les Houches file."""
    pythia = start_pythia(COMMON + PROCESS[name] + DECAYS[name] + [
        f"Random:seed = {seed}", "ProcessLevel:resonanceDecays = off", "PartonLevel:all = off",
        "PhaseSpace:useBreitWigners = off"])
    with open(path, "w") as file:
        file.write('<LesHouchesEvents version="1.0">\n<init>\n2212 2212 6500. 6500. 0 0 0 0 3 1\n'
                   "1. 0.01 1. 9999\n</init>\n")
        for _ in range(events):
            if not pythia.next():
                continue
            process = pythia.process
            scale = math.sqrt(process[5].mT() * process[6].mT())
            file.write(f"<event>\n4 9999 1. {scale:.6e} 7.8e-3 0.09\n")
            for i in (3, 4, 5, 6):
                p = process[i]
                status = "-1 0 0" if i < 5 else "1 1 2"
                file.write(f"{p.id()} {status} {p.col()} {p.acol()} {p.px():.10e} {p.py():.10e} {p.pz():.10e} "
                           f"{p.e():.10e} {p.m():.10e} 0. 9.\n")
            file.write("</event>\n")
        file.write("</LesHouchesEvents>\n")


def run_chunk(name, events, seed, path):
    """Write the features and event numbers of one chunk to `path`; returns the number of jets."""
    import fastjet
    import pythia8mc
    process = PROCESS[name]
    if name in "wz":
        # PYTHIA's own pair processes decay the mostly transverse bosons with full angular correlations;
        # read back from a file, the bosons decay isotropically, as in the public data set.
        write_undecayed_bosons(name, events, seed, path + ".lhe")
        process = ["Beams:frameType = 4", f"Beams:LHEF = {path}.lhe"]
    pythia = start_pythia(COMMON + process + DECAYS[name] + [f"Random:seed = {seed}"])
    rng = np.random.default_rng(seed)
    preselection = pythia8mc.SlowJet(-1, 1.2, 300., 6.0)
    definition = fastjet.JetDefinition(fastjet.antikt_algorithm, RADIUS)
    rows, event_numbers = [], []
    for number in range(events):
        if not pythia.next():
            continue
        event = pythia.event
        if not preselection.analyze(event):
            continue
        hard = [(event[i].eta(), event[i].phi()) for i in (5, 6)]
        particles = []
        for jet in range(preselection.sizeJet()):
            for i in preselection.constituents(jet):
                p = event[i]
                code = abs(p.id())
                kind = (PHOTON if code == 22 else ELECTRON if code == 11
                        else CHARGED if p.isCharged() else NEUTRAL_HADRON)
                particles.append((kind, p.pT(), p.eta(), p.phi(), p.e()))
        if not particles:
            continue
        columns = [np.array(column) for column in zip(*particles)]
        pt, eta, phi = detect(*columns, rng)
        momenta = zip((pt * np.cos(phi)).tolist(), (pt * np.sin(phi)).tolist(), (pt * np.sinh(eta)).tolist(),
                      (pt * np.cosh(eta)).tolist())
        pseudo_jets = []
        for i, (x, y, z, e) in enumerate(momenta):
            pseudo_jet = fastjet.PseudoJet(x, y, z, e)
            pseudo_jet.set_user_index(i)
            pseudo_jets.append(pseudo_jet)
        cluster = fastjet.ClusterSequence(pseudo_jets, definition)
        used = set()
        for jet in fastjet.sorted_by_pt(cluster.inclusive_jets(PT_MIN)):
            if jet.pt() > PT_MAX or abs(jet.eta()) > ETA_MAX:
                continue
            distances = [math.hypot(jet.eta() - e, delta_phi(jet.phi_std() - p)) for e, p in hard]
            nearest = 0 if distances[0] < distances[1] else 1
            if distances[nearest] > RADIUS or nearest in used:
                continue
            used.add(nearest)
            members = np.array([c.user_index() for c in jet.constituents()])
            rows.append(features(pt[members], eta[members], phi[members], Z_CUT))
            event_numbers.append(number)
    if name in "wz":
        os.remove(path + ".lhe")
    # Renamed when complete: a chunk that exists is a whole one.
    np.savez(path + ".part.npz", features=np.array(rows, np.float32), event=np.array(event_numbers, np.int32))
    os.replace(path + ".part.npz", path)
    return len(rows)


def run(job):
    return job, run_chunk(*job)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--events", type=int, default=10000, help="events a class")
    parser.add_argument("--chunk", type=int, default=500, help="events a chunk")
    parser.add_argument("--seed", type=int, default=20260)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", default="out")
    arguments = parser.parse_args()
    folder = os.path.join(arguments.out, "chunks")
    os.makedirs(folder, exist_ok=True)
    jobs = []
    for chunk in range(math.ceil(arguments.events / arguments.chunk)):
        events = min(arguments.chunk, arguments.events - chunk * arguments.chunk)
        for index, name in enumerate(CLASSES):
            seed = arguments.seed * 10000 + chunk * 5 + index + 1
            path = os.path.join(folder, f"{name}_{chunk:04d}_{events}.npz")
            if not os.path.exists(path):
                jobs.append((name, events, seed, path))
    with multiprocessing.get_context("spawn").Pool(arguments.jobs, maxtasksperchild=10) as pool:
        for done, (job, jets) in enumerate(pool.imap_unordered(run, jobs), 1):
            print(f"[{done}/{len(jobs)}] {job[0]}: {job[1]} events, {jets} jets", flush=True)


if __name__ == "__main__":
    main()
