"""What calls cost in dollars, by the price list that genai-prices carries (a snapshot; nothing is fetched).

A price never fails a request: what cannot be priced is None. The list is loaded with the first price asked for
(about 0.1 s and 7 MB).
"""

from __future__ import annotations

import json
import logging
from functools import lru_cache

from mdg_llm.base import Prompt, ProviderName, Usage

# what a token in and a token out is taken to cost at most where no price is known: the dearest of the usual models
_DEAREST_USD = (15e-6, 75e-6)
# at the fewest: brackets and digits; English has 4
_LEAST_BYTES_PER_TOKEN = 2

_logger = logging.getLogger(__name__)


def cost_usd(provider: ProviderName, usage: Usage, *models: str) -> float | None:
    """Dollars of one call by the first of the model names that has a price, else None; a local model is free."""
    if provider == "local":
        return 0.0
    return next((price for model in models if (price := _price(provider, usage, model)) is not None), None)


def most_usd(provider: ProviderName, prompt: Prompt, model: str) -> float:
    """What a call can cost at most: the whole prompt, written to the cache, and every token it may answer."""
    if provider == "local":
        return 0.0
    said = [prompt.system, prompt.user, json.dumps(prompt.schema), *(part for pair in prompt.refused for part in pair)]
    tokens = sum(len(part.encode("utf-8", "replace")) for part in said) // _LEAST_BYTES_PER_TOKEN + 1
    # a prompt that is written to the cache costs more than one that is only read
    price = cost_usd(provider, Usage(input=tokens, output=prompt.max_tokens, cache_write=tokens), model)
    return tokens * _DEAREST_USD[0] + prompt.max_tokens * _DEAREST_USD[1] if price is None else price


def _price(provider: ProviderName, usage: Usage, model: str) -> float | None:
    try:
        import genai_prices  # only who asks models pays for the list

        known = genai_prices.Usage(
            input_tokens=usage.input,
            output_tokens=usage.output,
            cache_read_tokens=usage.cache_read,
            cache_write_tokens=usage.cache_write,
        )
        return float(genai_prices.calc_price(known, model.removeprefix("models/"), provider_id=provider).total_price)
    except Exception as error:  # the list is another's, and no fault of it may cost an answer
        _warn(provider, model, type(error).__name__)
        return None


@lru_cache(maxsize=64)  # once for each model, not for each call
def _warn(provider: ProviderName, model: str, error: str) -> None:
    _logger.warning("no price for the model %r of %s (%s)", model, provider, error)
