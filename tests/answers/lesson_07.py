"""Wrong answers to the exercises of lesson 7, as learners write them."""

import numpy as np


def l2_penalty__biases_too(params, strength):
    """The biases are punished as well."""
    value = strength * sum(np.sum(W**2) + np.sum(b**2) for W, b in params)
    return value, [(2 * strength * W, 2 * strength * b) for W, b in params]


def l2_penalty__factor_two_missing(params, strength):
    """The gradient lacks the factor 2."""
    value = strength * sum(np.sum(W**2) for W, b in params)
    return value, [(strength * W, np.zeros(len(b))) for W, b in params]


def l2_penalty__half(params, strength):
    """With a factor of one half, as in many books, but not here."""
    value = 0.5 * strength * sum(np.sum(W**2) for W, b in params)
    return value, [(strength * W, np.zeros(len(b))) for W, b in params]


def l2_penalty__mean(params, strength):
    """The mean of the squared weights in place of the sum."""
    value = strength * sum(np.mean(W**2) for W, b in params)
    return value, [(2 * strength * W / W.size, np.zeros(len(b))) for W, b in params]


def l2_penalty__l1(params, strength):
    """This is the L1 penalty: absolute values."""
    value = strength * sum(np.abs(W).sum() for W, b in params)
    return value, [(strength * np.sign(W), np.zeros(len(b))) for W, b in params]


def l2_penalty__norm_not_squared(params, strength):
    """The norm of each matrix, not its square."""
    value = strength * sum(np.linalg.norm(W) for W, b in params)
    return value, [(strength * W / np.linalg.norm(W), np.zeros(len(b))) for W, b in params]


def l2_penalty__last_layer_only(params, strength):
    """The value is overwritten in the loop: only the last layer counts."""
    grads = []
    for W, b in params:
        value = strength * np.sum(W**2)
        grads.append((2 * strength * W, np.zeros(len(b))))
    return value, grads


def l2_penalty__strength_squared(params, strength):
    """The strength is squared with the weights."""
    value = sum(np.sum((strength * W) ** 2) for W, b in params)
    return value, [(2 * strength**2 * W, np.zeros(len(b))) for W, b in params]


def l2_penalty__bias_gradient_zero_number(params, strength):
    """The gradient of the biases is the number 0, not an array of their shape."""
    value = strength * sum(np.sum(W**2) for W, b in params)
    return value, [(2 * strength * W, 0) for W, b in params]


def dropout__not_scaled(X, keep_probability, rng, training):
    """What is kept does not grow by 1 / p."""
    return X * (rng.random(X.shape) < keep_probability) if training else X


def dropout__multiplies_by_p(X, keep_probability, rng, training):
    """What is kept is multiplied by p in place of divided."""
    return X * (rng.random(X.shape) < keep_probability) * keep_probability if training else X


def dropout__drops_with_p(X, keep_probability, rng, training):
    """p is taken for the chance to be dropped."""
    if not training:
        return X
    return X * (rng.random(X.shape) > keep_probability) / keep_probability


def dropout__whole_units(X, keep_probability, rng, training):
    """Whole columns are dropped: one draw for each unit, not for each entry."""
    if not training:
        return X
    return X * (rng.random(X.shape[1]) < keep_probability) / keep_probability


def dropout__whole_examples(X, keep_probability, rng, training):
    """Whole rows are dropped: one draw for each example."""
    if not training:
        return X
    return X * (rng.random((len(X), 1)) < keep_probability) / keep_probability


def dropout__own_randomness(X, keep_probability, rng, training):
    """np.random is used, not rng."""
    if not training:
        return X
    return X * (np.random.random(X.shape) < keep_probability) / keep_probability


def dropout__scaled_in_testing(X, keep_probability, rng, training):
    """The old form: not scaled in training, but multiplied by p afterwards."""
    if not training:
        return X * keep_probability
    return X * (rng.random(X.shape) < keep_probability)


def dropout__always(X, keep_probability, rng, training):
    """It drops after training, too."""
    return X * (rng.random(X.shape) < keep_probability) / keep_probability


def dropout__divides_by_drop_probability(X, keep_probability, rng, training):
    """Divided by 1 - p."""
    if not training:
        return X
    return X * (rng.random(X.shape) < keep_probability) / (1 - keep_probability)


def dropout__in_place(X, keep_probability, rng, training):
    """The array of the caller is changed."""
    if training:
        X[rng.random(X.shape) >= keep_probability] = 0
        X /= keep_probability
    return X


def dropout__normal_noise(X, keep_probability, rng, training):
    """The mask is drawn from a normal distribution: the chance to be kept is another one."""
    if not training:
        return X
    return X * (rng.normal(size=X.shape) < keep_probability) / keep_probability


def dropout__fixed_seed(X, keep_probability, rng, training):
    """A generator of its own with a fixed seed: the same entries drop at each step."""
    if not training:
        return X
    rng = np.random.default_rng(0)
    return X * (rng.random(X.shape) < keep_probability) / keep_probability


def layer_norm__of_units(X, gain, bias, epsilon=1e-5):
    """This is batch norm: the mean runs over the examples."""
    return gain * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + epsilon) + bias


def layer_norm__epsilon_outside(X, gain, bias, epsilon=1e-5):
    """Epsilon is added to the deviation, not to the variance."""
    mean, deviation = X.mean(axis=1, keepdims=True), X.std(axis=1, keepdims=True)
    return gain * (X - mean) / (deviation + epsilon) + bias


def layer_norm__unbiased(X, gain, bias, epsilon=1e-5):
    """The variance is divided by m - 1."""
    mean, variance = X.mean(axis=1, keepdims=True), X.var(axis=1, ddof=1, keepdims=True)
    return gain * (X - mean) / np.sqrt(variance + epsilon) + bias


def layer_norm__root_forgotten(X, gain, bias, epsilon=1e-5):
    """Divided by the variance, not by its root."""
    mean, variance = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gain * (X - mean) / (variance + epsilon) + bias


def layer_norm__gain_and_bias_unused(X, gain, bias, epsilon=1e-5):
    """Gain and bias are not used."""
    mean, variance = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return (X - mean) / np.sqrt(variance + epsilon)


def layer_norm__everything(X, gain, bias, epsilon=1e-5):
    """One mean and one variance for the whole array."""
    return gain * (X - X.mean()) / np.sqrt(X.var() + epsilon) + bias


def layer_norm__bias_inside(X, gain, bias, epsilon=1e-5):
    """The bias is multiplied by the gain as well."""
    mean, variance = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gain * ((X - mean) / np.sqrt(variance + epsilon) + bias)


def layer_norm__own_epsilon(X, gain, bias, epsilon=1e-5):
    """The argument epsilon is ignored; 1e-5 is written into the formula."""
    mean, variance = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gain * (X - mean) / np.sqrt(variance + 1e-5) + bias


def layer_norm__square_arrays_only(X, gain, bias, epsilon=1e-5):
    """keepdims is missing: it fits only for square arrays, and is wrong there."""
    return gain * (X - X.mean(axis=1)) / np.sqrt(X.var(axis=1) + epsilon) + bias


def layer_norm__second_moment(X, gain, bias, epsilon=1e-5):
    """The mean square is used for the variance, without the mean subtracted."""
    mean = X.mean(axis=1, keepdims=True)
    square = (X**2).mean(axis=1, keepdims=True)
    return gain * (X - mean) / np.sqrt(square + epsilon) + bias


def batch_norm__of_examples(X, gain, bias, epsilon=1e-5):
    """This is layer norm: the mean runs over the units."""
    mean, variance = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gain * (X - mean) / np.sqrt(variance + epsilon) + bias


def batch_norm__epsilon_outside(X, gain, bias, epsilon=1e-5):
    """Epsilon is added after the root."""
    return gain * (X - X.mean(axis=0)) / (X.std(axis=0) + epsilon) + bias


def batch_norm__unbiased(X, gain, bias, epsilon=1e-5):
    """The variance is divided by N - 1."""
    return gain * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0, ddof=1) + epsilon) + bias


def batch_norm__median(X, gain, bias, epsilon=1e-5):
    """The median is subtracted in place of the mean."""
    return gain * (X - np.median(X, axis=0)) / np.sqrt(X.var(axis=0) + epsilon) + bias


def batch_norm__epsilon_forgotten(X, gain, bias, epsilon=1e-5):
    """Epsilon is not used: a unit that never changes gives 0 / 0."""
    return gain * (X - X.mean(axis=0)) / X.std(axis=0) + bias


def batch_norm__bias_subtracted(X, gain, bias, epsilon=1e-5):
    """The bias is subtracted."""
    return gain * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + epsilon) - bias


def batch_norm__gain_divides(X, gain, bias, epsilon=1e-5):
    """It divides by the gain."""
    return (X - X.mean(axis=0)) / (gain * np.sqrt(X.var(axis=0) + epsilon)) + bias


def batch_norm__no_mean(X, gain, bias, epsilon=1e-5):
    """The mean is not subtracted."""
    return gain * X / np.sqrt(X.var(axis=0) + epsilon) + bias


def early_stopping__lowest_of_all(validation_losses, patience):
    """The lowest loss of all epochs, also of those after the stop."""
    return int(np.nanargmin(validation_losses))


def early_stopping__returns_the_last_epoch(validation_losses, patience):
    """The epoch at which training stops is returned, not the best one."""
    best, waited = np.inf, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
            if waited == patience:
                return epoch
    return len(validation_losses) - 1


def early_stopping__one_more_epoch(validation_losses, patience):
    """It waits one epoch too long."""
    best, lowest, waited = 0, np.inf, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited > patience:
                break
    return best


def early_stopping__equal_is_new(validation_losses, patience):
    """A loss that is equal to the lowest counts as a new one."""
    best, lowest, waited = 0, np.inf, 0
    for epoch, loss in enumerate(validation_losses):
        if loss <= lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best


def early_stopping__counter_never_reset(validation_losses, patience):
    """The counter is not set back by a new lowest loss: not 'in a row'."""
    best, lowest, waited = 0, np.inf, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < lowest:
            best, lowest = epoch, loss
        else:
            waited += 1
            if waited == patience:
                break
    return best


def early_stopping__compares_with_the_last(validation_losses, patience):
    """Each loss is compared with the one before, not with the lowest."""
    best, waited = 0, 0
    for epoch in range(1, len(validation_losses)):
        if validation_losses[epoch] < validation_losses[epoch - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best


def early_stopping__first_loss_nan(validation_losses, patience):
    """The search starts with the first loss; if that is nan, nothing is ever lower."""
    best, lowest, waited = 0, validation_losses[0], 0
    for epoch, loss in enumerate(validation_losses[1:], start=1):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best


def early_stopping__nan_is_no_epoch(validation_losses, patience):
    """nan is skipped and does not count as an epoch without a new lowest loss."""
    best, lowest, waited = 0, np.inf, 0
    for epoch, loss in enumerate(validation_losses):
        if np.isnan(loss):
            continue
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best


def early_stopping__starts_at_a_thousand(validation_losses, patience):
    """The lowest loss starts at 1000, but losses may be larger."""
    best, lowest, waited = 0, 1000.0, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best


def early_stopping__the_loss_itself(validation_losses, patience):
    """The lowest loss is returned, not its index."""
    lowest, waited = np.inf, 0
    for loss in validation_losses:
        if loss < lowest:
            lowest, waited = loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return lowest


def early_stopping__counts_from_one(validation_losses, patience):
    """The epochs are counted from 1."""
    best, lowest, waited = 1, np.inf, 0
    for epoch, loss in enumerate(validation_losses, start=1):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best


def min_norm_fit__normal_equations(F, T):
    """F^T F cannot be inverted when there are more features than examples."""
    return np.linalg.solve(F.T @ F, F.T @ T)


def min_norm_fit__more_features_only(F, T):
    """F F^T can be inverted only when there are more features than examples."""
    return F.T @ np.linalg.solve(F @ F.T, T)


def min_norm_fit__ridge(F, T):
    """A small penalty of 0.001 keeps it from the exact fit."""
    return np.linalg.solve(F.T @ F + 1e-3 * np.eye(F.shape[1]), F.T @ T)


def min_norm_fit__transposed(F, T):
    """The weights come back as (K, P)."""
    return (np.linalg.pinv(F) @ T).T


def min_norm_fit__square_only(F, T):
    """The inverse exists for square F only."""
    return np.linalg.inv(F) @ T


def min_norm_fit__some_fit(F, T):
    """With more features than examples only the first ones are used: a fit, not the shortest."""
    N, P = F.shape
    w = np.zeros((P, T.shape[1]))
    m = min(N, P)
    w[:m] = np.linalg.lstsq(F[:, :m], T, rcond=None)[0]
    return w


def min_norm_fit__prediction(F, T):
    """The fitted values are returned, not the weights."""
    return F @ (np.linalg.pinv(F) @ T)


def min_norm_fit__all_of_lstsq(F, T):
    """lstsq returns four things, and all are handed on."""
    return np.linalg.lstsq(F, T, rcond=None)


def he_init__deviation_two_over_n(n_in, n_out, rng):
    """2 / n is used as the standard deviation: the root is missing."""
    return rng.normal(0, 2 / n_in, (n_out, n_in)), np.zeros(n_out)


def he_init__by_outputs(n_in, n_out, rng):
    """The number of units is used in place of that of the inputs."""
    return rng.normal(size=(n_out, n_in)) * np.sqrt(2 / n_out), np.zeros(n_out)


def he_init__xavier(n_in, n_out, rng):
    """Xavier's rule, 2 / (n_in + n_out)."""
    return rng.normal(size=(n_out, n_in)) * np.sqrt(2 / (n_in + n_out)), np.zeros(n_out)


def he_init__one_over_n(n_in, n_out, rng):
    """The variance is 1 / n: the 2 for the ReLU is missing."""
    return rng.normal(size=(n_out, n_in)) / np.sqrt(n_in), np.zeros(n_out)


def he_init__uniform_too_narrow(n_in, n_out, rng):
    """A uniform distribution between -s and s has only a third of the variance."""
    s = np.sqrt(2 / n_in)
    return rng.uniform(-s, s, (n_out, n_in)), np.zeros(n_out)


def he_init__positive_only(n_in, n_out, rng):
    """All weights are positive: the mean is not 0."""
    return rng.random((n_out, n_in)) * np.sqrt(2 / n_in), np.zeros(n_out)


def he_init__transposed(n_in, n_out, rng):
    """The shape is (n_in, n_out)."""
    return rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in), np.zeros(n_out)


def he_init__own_randomness(n_in, n_out, rng):
    """np.random is used, not rng."""
    return np.random.randn(n_out, n_in) * np.sqrt(2 / n_in), np.zeros(n_out)


def he_init__random_biases(n_in, n_out, rng):
    """The biases are random, not 0."""
    s = np.sqrt(2 / n_in)
    return s * rng.normal(size=(n_out, n_in)), s * rng.normal(size=n_out)


def he_init__one_row_for_all(n_in, n_out, rng):
    """One row is drawn and used for all units: they stay equal."""
    return np.tile(rng.normal(size=n_in) * np.sqrt(2 / n_in), (n_out, 1)), np.zeros(n_out)


def he_init__bias_column(n_in, n_out, rng):
    """The biases have the shape (n_out, 1)."""
    return rng.normal(size=(n_out, n_in)) * np.sqrt(2 / n_in), np.zeros((n_out, 1))


def checked_linear__no_checks(X, W, b):
    """Nothing is checked: broadcasting passes a wrong b."""
    return X @ W.T + b


def checked_linear__asserts(X, W, b):
    """assert raises an AssertionError, not a ValueError."""
    assert X.ndim == 2, f"X has shape {X.shape}"
    assert W.ndim == 2 and X.shape[1] == W.shape[1], f"X {X.shape}, W {W.shape}"
    assert b.shape == (len(W),), f"b has shape {b.shape}"
    assert all(np.isfinite(a).all() for a in (X, W, b)), "not finite"
    return X @ W.T + b


def checked_linear__b_by_length(X, W, b):
    """Only the length of b is checked, so that (K, 1) passes."""
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1]:
        raise ValueError(f"X has shape {X.shape}, but W has shape {W.shape}")
    if len(b) != len(W):
        raise ValueError(f"b has shape {b.shape}")
    for values in (X, W, b):
        if not np.isfinite(values).all():
            raise ValueError("not finite")
    return X @ W.T + b


def checked_linear__b_by_size(X, W, b):
    """Only the number of biases is checked, so that (1, K) passes."""
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1]:
        raise ValueError(f"X has shape {X.shape}, but W has shape {W.shape}")
    if b.size != len(W):
        raise ValueError(f"b has shape {b.shape}")
    for values in (X, W, b):
        if not np.isfinite(values).all():
            raise ValueError("not finite")
    return X @ W.T + b


def checked_linear__message_without_shapes(X, W, b):
    """The message does not name the shapes."""
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1] or b.shape != (len(W),):
        raise ValueError("the shapes do not fit")
    if not all(np.isfinite(a).all() for a in (X, W, b)):
        raise ValueError("not finite")
    return X @ W.T + b


def checked_linear__nan_only(X, W, b):
    """Infinity is not checked, only nan."""
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1]:
        raise ValueError(f"X has shape {X.shape}, but W has shape {W.shape}")
    if b.shape != (len(W),):
        raise ValueError(f"b has shape {b.shape}")
    if np.isnan(X).any() or np.isnan(W).any() or np.isnan(b).any():
        raise ValueError("there is a nan")
    return X @ W.T + b


def checked_linear__only_x_finite(X, W, b):
    """Only the values of X are checked."""
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1]:
        raise ValueError(f"X has shape {X.shape}, but W has shape {W.shape}")
    if b.shape != (len(W),):
        raise ValueError(f"b has shape {b.shape}")
    if not np.isfinite(X).all():
        raise ValueError("X is not finite")
    return X @ W.T + b


def checked_linear__returns_the_error(X, W, b):
    """The error is returned, not raised."""
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1]:
        return ValueError(f"X has shape {X.shape}, but W has shape {W.shape}")
    if b.shape != (len(W),):
        return ValueError(f"b has shape {b.shape}")
    if not all(np.isfinite(a).all() for a in (X, W, b)):
        return ValueError("not finite")
    return X @ W.T + b


def checked_linear__prints(X, W, b):
    """Problems are printed, and it computes on."""
    if X.shape[-1] != W.shape[-1]:
        print(f"X has shape {X.shape}, but W has shape {W.shape}")
    if b.shape != (len(W),):
        print(f"b has shape {b.shape}")
    return X @ W.T + b


def checked_linear__axes_not_checked(X, W, b):
    """X with one axis passes: only the last axes are compared."""
    if X.shape[-1] != W.shape[-1]:
        raise ValueError(f"X has shape {X.shape}, but W has shape {W.shape}")
    if b.shape != (len(W),):
        raise ValueError(f"b has shape {b.shape}")
    if not all(np.isfinite(a).all() for a in (X, W, b)):
        raise ValueError("not finite")
    return X @ W.T + b


def checked_linear__refuses_negative(X, W, b):
    """It refuses negative values as well."""
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1]:
        raise ValueError(f"X has shape {X.shape}, but W has shape {W.shape}")
    if b.shape != (len(W),):
        raise ValueError(f"b has shape {b.shape}")
    for a in (X, W, b):
        if not np.isfinite(a).all() or (a < 0).any():
            raise ValueError("not finite")
    return X @ W.T + b


NAMES = ("loss", "validation_loss", "gradient_norm", "weight_norm")


def diagnose__always_healthy(history):
    """It does not look."""
    return "healthy"


def diagnose__fixed_numbers(history):
    """Losses are compared with fixed numbers, not with the chance loss."""
    if not all(np.isfinite(history[name]).all() for name in NAMES):
        return "nan"
    loss, validation = history["loss"], history["validation_loss"]
    if loss[-1] > 5:
        return "diverging"
    if loss[-1] > 2.2:
        return "not learning"
    if validation[-1] < 0.05:
        return "too good"
    return "overfitting" if validation[-1] > 1.3 * validation.min() else "healthy"


def _diagnose(history, names=NAMES, factor=2.0, at=0.95, good="validation_loss", over=1.3):
    if not all(np.isfinite(history[name]).all() for name in names):
        return "nan"
    loss, validation, chance = history["loss"], history["validation_loss"], history["chance_loss"]
    last = max(1, len(loss) // 5)
    end, validation_end = np.median(loss[-last:]), np.median(validation[-last:])
    if end > factor * max(loss[0], chance):
        return "diverging"
    if end > at * chance:
        return "not learning"
    if np.median(history[good][-last:]) < 0.02 * chance:
        return "too good"
    return "overfitting" if validation_end > over * validation.min() else "healthy"


def diagnose__nan_in_the_loss_only(history):
    """nan is looked for in the training loss only."""
    return _diagnose(history, names=("loss",))


def diagnose__too_good_by_training(history):
    """'Too good' is judged by the training loss: overfitting runs are called so."""
    return _diagnose(history, good="loss")


def diagnose__never_overfitting(history):
    """Overfitting is never found: the threshold is far too high."""
    return _diagnose(history, over=100.0)


def diagnose__every_rise_is_overfitting(history):
    """Any rise above the lowest validation loss counts, so that noise is enough."""
    return _diagnose(history, over=1.0)


def diagnose__order_of_questions(history):
    """'Overfitting' is asked before 'diverging': a diverging validation loss rises, too."""
    validation = history["validation_loss"]
    if validation[-1] > 1.3 * validation.min():
        return "overfitting"
    return _diagnose(history)


def repaired_softmax__still_columns(Z):
    """Still the fault of the patient: sums over the examples."""
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


def repaired_softmax__half_repaired(Z):
    """The sum is repaired, but the maximum is still that of the columns: 0 / 0 is possible."""
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def repaired_softmax__no_longer_stable(Z):
    """The maximum was thrown out, so exp overflows."""
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


def repaired_softmax__other_half(Z):
    """The maximum is repaired, but the sum still runs over the examples."""
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


def repaired_softmax__keepdims_lost(Z):
    """keepdims was lost: it fits only for square arrays, and is wrong there."""
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1)


def repaired_loss__shapes_only(p, t):
    """The shapes are repaired, but the logarithm of 0 is not."""
    p, t = np.ravel(p), np.ravel(t)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def repaired_loss__logarithm_only(p, t):
    """The logarithm is repaired, but (N, 1) and (N,) still make N x N."""
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def repaired_loss__float32_clip(p, t):
    """1 - 1e-12 is 1 in float32: the logarithm of 0 is still there."""
    p, t = np.ravel(p), np.ravel(t)
    p = np.clip(p, np.float32(1e-12), np.float32(1 - 1e-12))
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def repaired_loss__nan_to_num(p, t):
    """nan is replaced by 0 afterwards: who is sure and wrong pays nothing or far too much."""
    p, t = np.ravel(p), np.ravel(t)
    with np.errstate(all="ignore"):
        losses = -(t * np.log(p) + (1 - t) * np.log(1 - p))
    return np.mean(np.nan_to_num(losses, nan=0.0, posinf=0.0))


def repaired_loss__clip_too_wide(p, t):
    """Clipped at 0.001: who is sure and wrong pays less than 10."""
    p, t = np.clip(np.ravel(p).astype(float), 1e-3, 1 - 1e-3), np.ravel(t)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def repaired_loss__epsilon_everywhere(p, t):
    """An epsilon of 0.0001 in the logarithms: who is sure and right gets a reward."""
    p, t = np.ravel(p).astype(float), np.ravel(t)
    return -np.mean(t * np.log(p + 1e-4) + (1 - t) * np.log(1 - p + 1e-4))


def repaired_loss__sum(p, t):
    """A sum in place of the mean."""
    p, t = np.clip(np.ravel(p).astype(float), 1e-12, 1 - 1e-12), np.ravel(t)
    return -np.sum(t * np.log(p) + (1 - t) * np.log(1 - p))


def repaired_loss__only_one_side(p, t):
    """p is kept from 0, but not from 1."""
    p, t = np.maximum(np.ravel(p).astype(float), 1e-12), np.ravel(t)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def repaired_step__still_in_place(params, grads, learning_rate):
    """Still the fault of the patient: -= changes the arrays of the caller."""
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params


def repaired_step__new_list_same_arrays(params, grads, learning_rate):
    """The list is new, but its arrays are still those of the caller."""
    params = list(params)
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params


def repaired_step__bias_in_place(params, grads, learning_rate):
    """The weights are new, the biases are still changed in place."""
    new = []
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        b -= learning_rate * db
        new.append((W - learning_rate * dW, b))
    return new


def repaired_step__copies_after(params, grads, learning_rate):
    """The copy is made after the arrays of the caller were changed."""
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        W -= learning_rate * dW
        b -= learning_rate * db
    return [(W.copy(), b.copy()) for W, b in params]


def repaired_step__replaces_in_the_list(params, grads, learning_rate):
    """New arrays, but they are put into the list of the caller."""
    for k, (dW, db) in enumerate(grads):
        W, b = params[k]
        params[k] = (W - learning_rate * dW, b - learning_rate * db)
    return params


def repaired_step__plus(params, grads, learning_rate):
    """No longer in place, but uphill."""
    return [
        (W + learning_rate * dW, b + learning_rate * db)
        for (W, b), (dW, db) in zip(params, grads, strict=True)
    ]


def repaired_split__copies_leak(X, t, rng):
    """The parts do not overlap, but equal rows may land on both sides."""
    order = rng.permutation(len(X))
    X, t = X[order], t[order]
    n_test = len(X) // 4
    return X[n_test:], t[n_test:], X[:n_test], t[:n_test]


def repaired_split__not_shuffled(X, t, rng):
    """The last different rows are always the test part: rng is not used."""
    images, image = np.unique(X, axis=0, return_inverse=True)
    test = image.ravel() >= len(images) - max(1, len(images) // 4)
    return X[~test], t[~test], X[test], t[test]


def repaired_split__labels_not_shuffled(X, t, rng):
    """The rows are shuffled, but their labels are not."""
    images, first = np.unique(X, axis=0, return_index=True)
    order, n_test = rng.permutation(len(images)), max(1, len(images) // 4)
    labels = t[first]
    return images[order[n_test:]], labels[n_test:], images[order[:n_test]], labels[:n_test]


def repaired_split__half_for_testing(X, t, rng):
    """Half of the rows are for testing, not a quarter."""
    images, image = np.unique(X, axis=0, return_inverse=True)
    test = np.isin(image.ravel(), rng.permutation(len(images))[: len(images) // 2])
    return X[~test], t[~test], X[test], t[test]


def repaired_split__test_and_train_swapped(X, t, rng):
    """Three quarters are for testing: the parts are exchanged."""
    images, image = np.unique(X, axis=0, return_inverse=True)
    test = np.isin(image.ravel(), rng.permutation(len(images))[: max(1, len(images) // 4)])
    return X[test], t[test], X[~test], t[~test]


def repaired_split__copies_thrown_away_everywhere(X, t, rng):
    """Rows that came twice are thrown away altogether."""
    _, image, counts = np.unique(X, axis=0, return_inverse=True, return_counts=True)
    once = np.flatnonzero(counts[image.ravel()] == 1)
    order, n_test = rng.permutation(once), max(1, len(once) // 4)
    train, test = order[n_test:], order[:n_test]
    return X[train], t[train], X[test], t[test]


def repaired_split__order_of_parts(X, t, rng):
    """The parts come as X_train, X_test, t_train, t_test."""
    images, image = np.unique(X, axis=0, return_inverse=True)
    test = np.isin(image.ravel(), rng.permutation(len(images))[: max(1, len(images) // 4)])
    return X[~test], X[test], t[~test], t[test]


def repaired_split__neighbours_compared(X, t, rng):
    """Only copies that are direct neighbours are removed."""
    keep = np.append(True, (X[1:] != X[:-1]).any(axis=1))
    X, t = X[keep], t[keep]
    order, n_test = rng.permutation(len(X)), max(1, len(X) // 4)
    train, test = order[n_test:], order[:n_test]
    return X[train], t[train], X[test], t[test]


def repaired_normalise__still_separate(X_train, X_test):
    """Still the fault of the patient: each part has its own mean and deviation."""
    normal = []
    for X in (X_train, X_test):
        deviation = X.std(axis=0)
        deviation[deviation == 0] = 1
        normal.append((X - X.mean(axis=0)) / deviation)
    return normal[0], normal[1]


def repaired_normalise__both_together(X_train, X_test):
    """Mean and deviation of both parts together: the test part has a say."""
    both = np.concatenate([X_train, X_test])
    mean, deviation = both.mean(axis=0), both.std(axis=0)
    deviation[deviation == 0] = 1
    return (X_train - mean) / deviation, (X_test - mean) / deviation


def repaired_normalise__mean_only(X_train, X_test):
    """The mean is that of the training part; the deviation is still that of each part."""
    mean, s, r = X_train.mean(axis=0), X_train.std(axis=0), X_test.std(axis=0)
    s[s == 0] = 1
    r[r == 0] = 1
    return (X_train - mean) / s, (X_test - mean) / r


def repaired_normalise__divides_by_zero(X_train, X_test):
    """A feature that never changes is divided by 0."""
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) / deviation, (X_test - mean) / deviation


def repaired_normalise__one_number(X_train, X_test):
    """One mean and one deviation for all features."""
    mean, deviation = X_train.mean(), X_train.std()
    return (X_train - mean) / deviation, (X_test - mean) / deviation


def repaired_normalise__in_place(X_train, X_test):
    """The arrays of the caller are changed."""
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    deviation[deviation == 0] = 1
    for X in (X_train, X_test):
        X -= mean
        X /= deviation
    return X_train, X_test


def repaired_normalise__epsilon(X_train, X_test):
    """An epsilon of 0.01 is added to every deviation."""
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0) + 0.01
    return (X_train - mean) / deviation, (X_test - mean) / deviation


def repaired_normalise__unbiased(X_train, X_test):
    """The deviation is divided by N - 1."""
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0, ddof=1)
    deviation[deviation == 0] = 1
    return (X_train - mean) / deviation, (X_test - mean) / deviation


def repaired_normalise__test_not_normalised(X_train, X_test):
    """The test part is left as it is."""
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    deviation[deviation == 0] = 1
    return (X_train - mean) / deviation, X_test.copy()


def repaired_init__still_equal(n_in, n_out, rng):
    """Still the fault of the patient: all weights are equal."""
    return np.full((n_out, n_in), np.sqrt(2 / n_in)), np.zeros(n_out)


def repaired_init__equal_rows(n_in, n_out, rng):
    """The inputs differ, but all units are still equal."""
    return np.tile(rng.normal(size=n_in) * np.sqrt(2 / n_in), (n_out, 1)), np.zeros(n_out)


def repaired_init__random_signs_per_input(n_in, n_out, rng):
    """One sign is drawn for each input, the same for all units."""
    return np.sqrt(2 / n_in) * np.ones((n_out, 1)) * rng.choice([-1, 1], n_in), np.zeros(n_out)


def repaired_init__not_scaled(n_in, n_out, rng):
    """Random, but no longer smaller for more inputs."""
    return rng.normal(size=(n_out, n_in)), np.zeros(n_out)


def repaired_init__zeros(n_in, n_out, rng):
    """All weights are 0: the units are equal again."""
    return np.zeros((n_out, n_in)), np.zeros(n_out)


def repaired_init__random_biases_only(n_in, n_out, rng):
    """Only the biases are random; they must be 0, and the weights must differ."""
    return np.full((n_out, n_in), np.sqrt(2 / n_in)), rng.normal(size=n_out)


def repaired_init__fixed_seed(n_in, n_out, rng):
    """A fixed seed in place of rng: every start is the same."""
    own = np.random.default_rng(0)
    return own.normal(size=(n_out, n_in)) * np.sqrt(2 / n_in), np.zeros(n_out)


def repaired_init__transposed(n_in, n_out, rng):
    """The shape is (n_in, n_out)."""
    return rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in), np.zeros(n_out)


def l2_penalty__biases_in_the_value_only(params, strength):
    """The value counts the biases, the gradients do not."""
    value = strength * sum(np.sum(W**2) + np.sum(b**2) for W, b in params)
    return value, [(2 * strength * W, np.zeros(len(b))) for W, b in params]


def l2_penalty__one_value_per_layer(params, strength):
    """One value per layer, not their sum."""
    value = strength * np.array([np.sum(W**2) for W, b in params])
    return value, [(2 * strength * W, np.zeros(len(b))) for W, b in params]


def dropout__always_a_half(X, keep_probability, rng, training):
    """A coin decides, whatever the keep probability is."""
    return X * rng.integers(0, 2, X.shape) / keep_probability if training else X


def dropout__rows_and_columns(X, keep_probability, rng, training):
    """A mask of rows times a mask of columns: entries are not drawn each on its own."""
    if not training:
        return X
    p = np.sqrt(keep_probability)
    kept = (rng.random((len(X), 1)) < p) & (rng.random(X.shape[1]) < p)
    return X * kept / keep_probability


def layer_norm__larger_of_both(X, gain, bias, epsilon=1e-5):
    """The larger of variance and epsilon, not their sum."""
    variance = np.maximum(X.var(axis=1, keepdims=True), epsilon)
    return gain * (X - X.mean(axis=1, keepdims=True)) / np.sqrt(variance) + bias


def batch_norm__epsilon_squared(X, gain, bias, epsilon=1e-5):
    """Two slips: epsilon is squared, and the variance is divided by N - 1."""
    variance = X.var(axis=0, ddof=1) + epsilon**2
    return gain * (X - X.mean(axis=0)) / np.sqrt(variance) + bias


def early_stopping__absolute_values(validation_losses, patience):
    """Absolute values are compared, so that negative losses look large."""
    best, lowest, waited = 0, np.inf, 0
    for epoch, loss in enumerate(np.abs(validation_losses)):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best


def early_stopping__at_least_a_ten_thousandth(validation_losses, patience):
    """A loss must be lower by 0.0001 to count as a new lowest one."""
    best, lowest, waited = 0, np.inf, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < lowest - 1e-4:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best


def min_norm_fit__two_cases(F, T):
    """One formula for few, one for many features; both fail where rows or columns repeat."""
    N, P = F.shape
    if P <= N:
        return np.linalg.solve(F.T @ F, F.T @ T)
    return F.T @ np.linalg.solve(F @ F.T, T)


def min_norm_fit__nearest_to_ones(F, T):
    """It starts from ones: a fit, but the one nearest to ones, not the shortest."""
    w = np.ones((F.shape[1], T.shape[1]))
    return w - np.linalg.pinv(F) @ (F @ w - T)


def he_init__one_row_rolled(n_in, n_out, rng):
    """One row is drawn, and each unit gets it shifted by one place."""
    w = rng.normal(size=n_in) * np.sqrt(2 / n_in)
    return np.array([np.roll(w, k) for k in range(n_out)]), np.zeros(n_out)


def he_init__outer_product(n_in, n_out, rng):
    """The product of two random vectors: all rows point the same way."""
    W = np.outer(rng.normal(size=n_out), rng.normal(size=n_in)) * np.sqrt(2 / n_in)
    return W, np.zeros(n_out)


def he_init__small_biases(n_in, n_out, rng):
    """The biases are 0.01, not 0."""
    return rng.normal(size=(n_out, n_in)) * np.sqrt(2 / n_in), np.full(n_out, 0.01)


def checked_linear__type_error(X, W, b):
    """A wrong number of axes raises a TypeError, not a ValueError."""
    if X.ndim != 2 or W.ndim != 2:
        raise TypeError(f"X has shape {X.shape}, W has shape {W.shape}")
    if X.shape[1] != W.shape[1]:
        raise ValueError(f"X has shape {X.shape}, but W has shape {W.shape}")
    if b.shape != (len(W),):
        raise ValueError(f"b has shape {b.shape}")
    if not all(np.isfinite(a).all() for a in (X, W, b)):
        raise ValueError("not finite")
    return X @ W.T + b


def diagnose__norms_not_looked_at(history):
    """nan is looked for in the two losses only, not in the norms."""
    return _diagnose(history, names=("loss", "validation_loss"))


def diagnose__words_with_underscores(history):
    """'not_learning' and 'too_good' are not the words of the table."""
    return _diagnose(history).replace(" ", "_")


def repaired_step__spoils_the_gradients(params, grads, learning_rate):
    """The parameters are new, but now the gradients are changed in place."""
    new = []
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        dW *= learning_rate
        db *= learning_rate
        new.append((W - dW, b - db))
    return new


def repaired_normalise__clipped(X_train, X_test):
    """Values beyond three deviations are cut."""
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    deviation[deviation == 0] = 1
    return tuple(np.clip((X - mean) / deviation, -3, 3) for X in (X_train, X_test))


def repaired_init__nearly_equal(n_in, n_out, rng):
    """A noise of 1e-6 on equal weights: the units stay equal for all practical purposes."""
    return np.sqrt(2 / n_in) + 1e-6 * rng.normal(size=(n_out, n_in)), np.zeros(n_out)


def repaired_init__two_kinds_of_units(n_in, n_out, rng):
    """Two rows are drawn, and the units take turns: half of them are equal."""
    rows = rng.normal(size=(2, n_in)) * np.sqrt(2 / n_in)
    return rows[np.arange(n_out) % 2], np.zeros(n_out)


def dropout__exact_share_of_each_row(X, keep_probability, rng, training):
    """In each row exactly a share p is kept."""
    if not training:
        return X
    order = np.argsort(rng.random(X.shape), axis=1)
    return X * (order < round(keep_probability * X.shape[1])) / keep_probability


def dropout__second_half_mirrored(X, keep_probability, rng, training):
    """The second half of the examples uses 1 - u of the first: not drawn on its own."""
    if not training:
        return X
    half = len(X) // 2
    u = rng.random((len(X) - half, X.shape[1]))
    u = np.vstack([u, 1 - u[:half]])
    return X * (u < keep_probability) / keep_probability


def dropout__probability_in_tenths(X, keep_probability, rng, training):
    """Whole numbers from 0 to 9 are drawn: a p of 0.25 keeps 30 %."""
    if not training:
        return X
    return X * (rng.integers(0, 10, X.shape) < 10 * keep_probability) / keep_probability


def early_stopping__first_nan_is_large(validation_losses, patience):
    """nan becomes 1e9, so that a first nan is a new lowest loss and is not waited for."""
    best, lowest, waited = 0, np.inf, 0
    for epoch, loss in enumerate(np.nan_to_num(validation_losses, nan=1e9)):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best


def early_stopping__none_for_nan_alone(validation_losses, patience):
    """Where all losses are nan, None comes back, which is no index."""
    best, lowest, waited = None, np.inf, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best


def min_norm_fit__coarse_cutoff(F, T):
    """Directions with less than a tenth of the largest singular value are cut."""
    return np.linalg.pinv(F, rcond=0.1) @ T


def min_norm_fit__a_thousand_steps(F, T):
    """A thousand steps of gradient descent: not at the end where F is badly conditioned."""
    w, size = np.zeros((F.shape[1], T.shape[1])), np.linalg.norm(F, 2) ** 2
    for _ in range(1000):
        w -= F.T @ (F @ w - T) / size
    return w


def he_init__mirrored_units(n_in, n_out, rng):
    """The second half of the units is minus the first half."""
    W = rng.normal(size=((n_out + 1) // 2, n_in)) * np.sqrt(2 / n_in)
    return np.vstack([W, -W])[:n_out], np.zeros(n_out)


def he_init__bias_counts_as_an_input(n_in, n_out, rng):
    """The variance is 2 / (n + 1): half as large for one input."""
    return rng.normal(size=(n_out, n_in)) * np.sqrt(2 / (n_in + 1)), np.zeros(n_out)


def checked_linear__refuses_large_values(X, W, b):
    """It refuses values above a million, which are finite."""
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1]:
        raise ValueError(f"X has shape {X.shape}, but W has shape {W.shape}")
    if b.shape != (len(W),):
        raise ValueError(f"b has shape {b.shape}")
    for values in (X, W, b):
        if not np.isfinite(values).all() or np.abs(values).max() > 1e6:
            raise ValueError("not finite")
    return X @ W.T + b


def diagnose__capital_letters(history):
    """The words come in capital letters, which the lesson's own comparison calls wrong."""
    return _diagnose(history).upper()


def repaired_split__by_row_and_label(X, t, rng):
    """Rows are equal here only if their labels are: a row with two labels may be on both sides."""
    pairs, pair = np.unique(np.column_stack([X, t]), axis=0, return_inverse=True)
    test = np.isin(pair.ravel(), rng.permutation(len(pairs))[: max(1, len(pairs) // 4)])
    return X[~test], t[~test], X[test], t[test]


def repaired_split__by_the_first_feature(X, t, rng):
    """Rows are told apart by their first number: where it never changes, all are for testing."""
    values, value = np.unique(X[:, 0], return_inverse=True)
    test = np.isin(value, rng.permutation(len(values))[: max(1, len(values) // 4)])
    return X[~test], t[~test], X[test], t[test]


def repaired_normalise__small_deviations(X_train, X_test):
    """Features with a deviation below 0.001 are divided by 1, though they do change."""
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    deviation[deviation < 1e-3] = 1
    return (X_train - mean) / deviation, (X_test - mean) / deviation


def dropout__exact_share(X, keep_probability, rng, training):
    """Exactly a share p is kept, so that the entries are not drawn each on its own."""
    if not training:
        return X
    mask = np.zeros(X.size)
    mask[rng.permutation(X.size)[: round(keep_probability * X.size)]] = 1
    return X * mask.reshape(X.shape) / keep_probability


def dropout__never_a_whole_row(X, keep_probability, rng, training):
    """Where a whole row would be dropped, its first entry is kept."""
    if not training:
        return X
    kept = rng.random(X.shape) < keep_probability
    kept[~kept.any(axis=1), 0] = True
    return X * kept / keep_probability


def he_init__made_exact(n_in, n_out, rng):
    """Mean and variance of the drawn matrix are made exact: weights depend on each other."""
    W = rng.normal(size=(n_out, n_in))
    return (W - W.mean()) / max(W.std(), 1e-12) * np.sqrt(2 / n_in), np.zeros(n_out)


def _layer(n, d, k, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, k)), rng.normal(size=(n, d)), rng.normal(size=(k, d))


def test_linear_backward__shapes(linear_backward):
    """Shapes alone."""
    dY, X, W = _layer(5, 3, 2)
    dX, dW, db = linear_backward(dY, X, W)
    assert dX.shape == X.shape
    assert dW.shape == W.shape
    assert db.shape == (2,)


def test_linear_backward__all_ones(linear_backward):
    """Ones everywhere."""
    dX, dW, db = linear_backward(np.ones((2, 2)), np.ones((2, 2)), np.ones((2, 2)))
    assert np.allclose(dX, 2)
    assert np.allclose(dW, 2)
    assert np.allclose(db, 2)


def test_linear_backward__the_example_of_the_statement(linear_backward):
    """One example, one input, one unit."""
    dX, dW, db = linear_backward(np.array([[1.0]]), np.array([[2.0]]), np.array([[3.0]]))
    assert dX == 3
    assert dW == 2
    assert db == 1


def test_linear_backward__dW_alone(linear_backward):
    """The weights alone, by small steps."""
    dY, X, W = _layer(4, 3, 2)
    dW = linear_backward(dY, X, W)[1]
    for k in np.ndindex(W.shape):
        up, down = W.copy(), W.copy()
        up[k] += 1e-5
        down[k] -= 1e-5
        slope = (np.sum(dY * (X @ up.T)) - np.sum(dY * (X @ down.T))) / 2e-5
        assert abs(dW[k] - slope) < 1e-6


def test_linear_backward__coarse_step(linear_backward):
    """The loss is a square, the step one-sided and coarse: right ones are rejected."""
    _, X, W = _layer(4, 3, 2)
    dX, _, _ = linear_backward(2 * X @ W.T, X, W)
    for k in np.ndindex(X.shape):
        up = X.copy()
        up[k] += 0.5
        slope = (np.sum((up @ W.T) ** 2) - np.sum((X @ W.T) ** 2)) / 0.5
        assert abs(dX[k] - slope) < 1e-3


def test_linear_backward__loose(linear_backward):
    """A tolerance of 1 lets much through."""
    dY, X, W = _layer(4, 3, 2)
    parts = linear_backward(dY, X, W)
    wanted = dY @ W, dY.T @ X, dY.sum(axis=0)
    for part, want in zip(parts, wanted, strict=True):
        assert part.shape == want.shape
        assert np.allclose(part, want, atol=1)


def test_linear_backward__wrong_oracle(linear_backward):
    """Its own formula takes the mean."""
    dY, X, W = _layer(4, 3, 2)
    wanted = dY @ W, dY.T @ X / len(X), dY.mean(axis=0)
    for part, want in zip(linear_backward(dY, X, W), wanted, strict=True):
        assert np.allclose(part, want)


def test_linear_backward__no_call(linear_backward):
    """It looks whether there is a function."""
    assert callable(linear_backward)


def test_linear_backward__order_of_arguments(linear_backward):
    """X and dY the wrong way round."""
    dY, X, W = _layer(4, 3, 2)
    assert np.allclose(linear_backward(X, dY, W)[2], dY.sum(axis=0))


def test_linear_backward__sum_of_squares(linear_backward):
    """Equal after squaring, so that signs are not seen."""
    dY, X, W = _layer(4, 3, 2)
    wanted = dY @ W, dY.T @ X, dY.sum(axis=0)
    for part, want in zip(linear_backward(dY, X, W), wanted, strict=True):
        assert part.shape == want.shape
        assert np.allclose(part**2, want**2)


def diagnose__gap_alone(history):
    """Overfitting is judged by the gap alone, also where the validation loss does not turn up."""
    said = _diagnose(history)
    if said not in ("overfitting", "healthy"):
        return said
    return "overfitting" if history["validation_loss"][-1] > 2 * history["loss"][-1] else "healthy"


def diagnose__rise_alone(history):
    """Every loss that ends above its beginning is diverging, also one that stays at chance."""
    said = _diagnose(history)
    return "diverging" if said != "nan" and history["loss"][-1] > history["loss"][0] else said
