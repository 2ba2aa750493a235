"""When to stop: the epoch with the lowest validation loss, of those before patience is over."""

import numpy as np

from nnf_teach.exercises.form import exercise


@exercise(lesson=7, points=1)
def early_stopping(validation_losses, patience):
    best, waited, lowest = 0, 0, np.inf
    for epoch, loss in enumerate(validation_losses):
        if loss < lowest:  # no loss is below nan, and nan is below no loss
            best, waited, lowest = epoch, 0, loss
        else:
            waited += 1
            if waited == patience:
                break
    return best


@early_stopping.cases
def cases(rng):
    nan, equal = "a nan is no new lowest loss", "equal losses"
    for losses, patience, *about in (
        ([3.0, 2.0, 2.5, 2.6, 1.0], 2),
        ([3.0, 2.0, 2.5, 1.9, 1.0], 2),
        ([3.0, 2.0, 2.5, 2.6, 2.7, 1.0], 3),
        ([3.0, 2.0, 2.5, 2.6, 1.0], 3),
        ([1.0, 2.0, 0.5], 1),
        ([1.0], 5),
        ([4.0, 3.0, 2.0, 1.0], 2),
        ([1.0, 2.0, 3.0, 4.0], 9),
        ([2.0, 1.0, 1.0, 1.0, 1.5], 4, equal),
        ([3.0, 4.0, 2.0, 2.5, 1.0, 1.5, 0.5], 2),
        ([3.0, 2.8, 2.9, 2.85, 2.82, 1.0], 3),
        ([3.0, 2.0, 2.0, 2.0, 1.0], 2, equal),
        ([1.0, 0.8, np.nan, 0.9, 0.7], 3, nan),
        ([3.0, np.nan, 5.0, 6.0, 4.0], 2, nan),
        ([3.0, np.nan, 5.0, 4.0], 9, nan),
        ([2.0, np.nan, np.nan, 1.0], 2, nan),
        ([np.nan, 2.0, 1.0], 2, nan),
        ([np.nan, 3.0, 2.0, 2.5, 2.6, 1.0], 2, nan),
        ([np.nan, np.nan, 3.0], 2, nan),
        ([np.nan, 3.0], 1, nan),
        ([2e5, 3e5, 1.5e5], 2, "large losses"),
        ([2e30, 1.5e30, 3e30], 2, "large losses"),
        ([3e-9, 2e-9, 2.5e-9, 1.9e-9, 2.1e-9], 2, "small losses"),
        ([-1.0, -2.0, -1.5, -1.6, -3.0], 2, "losses below 0"),
        ([3.0, 1.0, 2.0, 2.0, 2.0, 2.0, 0.5], 2),
        ([5, 3, 4, 4, 1], 2, "whole numbers"),
    ):
        yield np.array(losses), patience, *about
    for n, patience in ((30, 3), (30, 8), (60, 1)):
        falling = 2.0 / np.arange(1, n + 1) + 0.02 * np.arange(n)
        yield falling + 0.15 * rng.random(n), patience


@early_stopping.mistake
def where_it_stopped(validation_losses, patience):
    """That is where training stops. Which epoch had the best weights until then?"""
    lowest, waited = np.inf, 0
    for epoch, loss in enumerate(validation_losses):
        lowest, waited = (loss, 0) if loss < lowest else (lowest, waited + 1)
        if waited == patience:
            return epoch
    return len(validation_losses) - 1


@early_stopping.mistake
def first_rise(validation_losses, patience):
    """You stop at the first epoch that is worse than the one before it, whatever patience is. For
    how many epochs without a new lowest loss should training go on?"""
    for epoch in range(1, len(validation_losses)):
        if validation_losses[epoch] > validation_losses[epoch - 1]:
            return epoch - 1
    return len(validation_losses) - 1


@early_stopping.mistake
def counter_never_reset(validation_losses, patience):
    """You count all epochs without improvement. What happens to the count when a new best one
    comes?"""
    best, lowest, waited = 0, np.inf, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < lowest:
            best, lowest = epoch, loss
        else:
            waited += 1
            if waited == patience:
                break
    return best


@early_stopping.mistake
def against_the_epoch_before(validation_losses, patience):
    """You compare each loss with the one before it. With which earlier loss should it be
    compared?"""
    best = waited = 0
    for epoch in range(1, len(validation_losses)):
        waited = 0 if validation_losses[epoch] < validation_losses[epoch - 1] else waited + 1
        if validation_losses[epoch] < validation_losses[best]:
            best = epoch
        if waited >= patience:
            break
    return best


@early_stopping.mistake
def last_fall(validation_losses, patience):
    """You take every loss that is below the one before it for the best. After 2.8 and 2.9, is 2.85
    a new lowest loss?"""
    best = waited = 0
    for epoch in range(1, len(validation_losses)):
        if validation_losses[epoch] < validation_losses[epoch - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best


@early_stopping.mistake
def loss_instead_of_epoch(validation_losses, patience):
    """That is the loss. What is asked for is when it was reached: which index?"""
    lowest, waited = np.inf, 0
    for loss in validation_losses:
        lowest, waited = (loss, 0) if loss < lowest else (lowest, waited + 1)
        if waited == patience:
            break
    return lowest


early_stopping.hints(
    "Walk through the epochs once, as training would. Remember the epoch with the lowest loss "
    "so far.",
    "When a new lowest loss comes, its epoch is the best one, and you begin to count again. "
    "Else one more epoch has passed without improvement.",
    "Begin with lowest = np.inf, best = 0, waited = 0. If loss < lowest: lowest, best, "
    "waited = loss, epoch, 0; else waited += 1, and break if waited == patience. "
    "At the end, best is the answer.",
    remark="The price of a regulariser that costs nothing: a validation set that you do not train "
    "on.",
)
