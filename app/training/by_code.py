"""Training by somebody's own `train_step_full`, in the sandbox; several can learn side by side.

A thin layer above `grader.training`: it walks a whole training and tells how it goes.
"""

import time
from collections.abc import AsyncIterator, Mapping

import numpy as np

from app.errors import Unusable
from app.training.progress import Event, Plan, Progress, Stopped, perplexity_of
from grader.sandbox.job import Limits, Sandbox
from grader.training import Corpus, Ended, Parameters, Setting, learn, perplexity, windows
from reference.rnn_lm import rnn_forward, write
from reference.vocabulary import normalise

_LIMITS = Limits(cpu_seconds=20.0)  # of the steps between two reports, at most 50


async def train(text: str, plan: Plan, codes: Mapping[str, str], sandbox: Sandbox) -> AsyncIterator[Event]:
    """Train a model by each of these sources, all from the same start and on the same windows.

    One that cannot go on is told as Stopped, and the others do. Raises Unusable for a text or a prefix that
    will not do, and SandboxFailed.
    """
    try:
        corpus = Corpus.of(text)
    except ValueError as wrong:
        raise Unusable(str(wrong)) from wrong
    prefix = _prefix(plan, corpus)
    setting = Setting(hidden=plan.hidden, rate=plan.lr, steps=plan.count, seed=plan.seed)
    models = {who: Parameters.drawn(setting, len(corpus.vocabulary)) for who in codes}
    started = time.perf_counter()
    for before in range(0, plan.count, plan.stride):
        now = min(before + plan.stride, plan.count)
        seen = windows(corpus, setting, before, now - before)
        for who, model in list(models.items()):
            try:
                learnt = await learn(sandbox, codes[who], setting, model, seen, _LIMITS)
            except Ended as ended:
                del models[who]
                yield Stopped(who, "step", before, str(ended))
                continue
            models[who] = learnt.parameters
            sampled = plan.samples(before, now)
            yield Progress(
                who=who,
                unit="step",
                number=now,
                count=plan.count,
                loss=learnt.loss,
                perplexity=perplexity_of(learnt.loss),
                validation_perplexity=perplexity(corpus, setting, learnt.parameters),
                seconds=time.perf_counter() - started,
                sample=_sample(corpus, setting, learnt.parameters, prefix) if sampled else None,
            )


def _prefix(plan: Plan, corpus: Corpus) -> str:
    prefix = normalise(plan.prefix or "")
    if not prefix or not set(prefix) <= set(corpus.vocabulary):
        raise Unusable(
            f"no sample can begin with {prefix!r}: give a --prefix of characters that the text has"
        )
    return prefix


def _sample(corpus: Corpus, setting: Setting, model: Parameters, prefix: str) -> str:
    """The prefix and 200 characters that the model draws after it, the same for the same model."""
    ids = [corpus.vocabulary.index(character) for character in prefix]
    h = np.zeros(setting.hidden)
    if len(ids) > 1:
        _, hiddens = rnn_forward(model.w_emb[ids[:-1]], model.w_h, h)
        h = hiddens[-1]
    uniforms = np.random.default_rng(setting.seed).uniform(size=200)
    drawn = write(ids[-1], uniforms, model.w_emb, model.w_h, model.w_out, h)
    return prefix + "".join(corpus.vocabulary[i] for i in drawn)
