"""A membrane that fires under an injected current, beside the artificial neuron that replaces it.

Slides "Real neuron" and "Artificial neuron".
"""

from __future__ import annotations

import numpy as np

from nnf_teach.experiments.rate_curve import MAX_CURRENT, STEP, fitted_sigmoid, rate_curve
from nnf_teach.modules.hodgkin_huxley import simulate, spike_times
from nnf_teach.modules.sigmoid import sigmoid
from nnf_teach.widgets import ui

DURATION = 100.0  # ms under current
FLOOR = -5.0  # Hz: below 0, or the curve would lie on the axis


@ui.widget(
    "Spiking neuron",
    ui.slider("current", "Injected current", 0, MAX_CURRENT, STEP, unit="µA/cm²", at=10.0),
)
def spiking_neuron(s: ui.Values) -> ui.Picture:
    """Inject a current into a real neuron, and see what the artificial neuron keeps of it.

    >>> neuron = spiking_neuron()
    >>> neuron.set(current=5.0)
    >>> neuron.scene.caption[:60]
    'At 5.0 µA/cm² the membrane fires a single spike when the cur'
    """
    currents, rates = rate_curve()
    index = round(s.current / STEP)
    current, rate = float(currents[index]), float(rates[index])
    time, voltage = simulate(current, DURATION)
    spikes = spike_times(time, voltage)
    above = np.full(len(spikes), 52.0)
    fired = ui.dots(spikes, above, "spike", ui.ORANGE, "triangle") if len(spikes) else None
    trace = ui.panel(
        "A real neuron: voltage and time",
        ui.axis("time (ms)", -10, DURATION),
        ui.axis("membrane voltage (mV)", -100, 60),
        # Ten ms at rest, then the current comes on.
        ui.line(np.append(-10.0, time), np.append(voltage[0], voltage), "membrane voltage"),
        ui.line([-10, 0, 0, DURATION], [-96, -96, -90, -90], "", ui.GREEN, "dotted"),
        ui.Text(50, -84, f"current on: {current:.1f} µA/cm²"),
        fired,
    )
    return ui.Picture(
        [trace, _rates(current, rate)],
        _caption(current, rate, len(spikes), float(voltage.max())),
        state={"current": current},
    )


def _rates(current: float, rate: float) -> ui.Panel:
    currents, rates = rate_curve()
    jump = int(np.nonzero(rates)[0][0])
    height, centre, width = fitted_sigmoid()
    return ui.panel(
        "What the artificial neuron keeps",
        ui.axis("injected current (µA/cm²)", 0, MAX_CURRENT),
        ui.axis("firing rate (Hz)", FLOOR, 100),
        # A gap, not a slope: the rate jumps.
        ui.line(
            np.insert(currents, jump, np.nan),
            np.insert(rates, jump, np.nan),
            "firing rate of the membrane",
        ),
        ui.line(
            currents,
            height * sigmoid((currents - centre) / width),
            f"artificial: {height:.0f} · sigmoid((current − {centre:.1f}) / {width:.1f})",
            ui.ORANGE,
            "dashed",
        ),
        ui.here(current, rate, "the present current"),
        # On the axis, where it is right at once, before the curve has answered.
        ui.Handle("current", "Injected current", current, FLOOR, moves="x", step=STEP),
    )


def _caption(current: float, rate: float, spikes: int, highest: float) -> str:
    start = f"At {current:.1f} µA/cm² the membrane fires "
    currents, rates = rate_curve()
    threshold = float(currents[rates > 0][0])
    height, centre, width = fitted_sigmoid()
    artificial = height * float(sigmoid((current - centre) / width))
    if rate:
        return (
            f"{start}{spikes} spikes in {DURATION:.0f} ms and goes on at {rate:.1f} Hz. More "
            "current gives more spikes, not longer ones. The artificial neuron (dashed) gives one "
            f"number, here {artificial:.0f} Hz: it keeps the shape of the curve, roughly, and "
            "drops time and spikes."
        )
    if spikes:
        times = "a single spike" if spikes == 1 else f"{spikes} spikes"
        first = f"{start}{times} when the current comes on, and is then silent: 0 Hz."
    elif current:
        first = f"{start}no spike: it rises to {highest:.1f} mV and settles. 0 Hz."
    else:
        first = f"Without current the membrane rests at {highest:.1f} mV: no spike, 0 Hz."
    return (
        f"{first} It goes on firing only from {threshold:.1f} µA/cm², where the rate jumps. The "
        f"artificial neuron (dashed) has no jump: it gives {artificial:.0f} Hz here."
    )
