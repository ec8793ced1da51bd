"""An engine that needs no weights: it says the question again."""

from medslake.engines import Engine, Generation, Measure


class Echo:
    def measure(self, prompts):
        return [Measure(len(prompt.messages[-1]["content"])) for prompt in prompts]

    def generate(self, prompts):
        return [Generation(p.id, p.messages[-1]["content"].strip(), "stop", len(p.messages), 1) for p in prompts]


ENGINE = Engine(
    name="ward_echo",
    about="Says the question again.",
    open=lambda model, weights=True: Echo(),
    identify=lambda model: "ward-echo-1",
)
