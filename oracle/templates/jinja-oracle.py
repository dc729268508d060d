"""Renders templates with jinja2, set up as transformers sets it up for chat templates.

Reads a JSON list of {"template", "variables"} and writes a JSON list of {"text"} or {"error"}: the name of the exception and
what it says. Needs Python 3 with jinja2 3.1 (Debian: python3-jinja2).
"""

import functools
import json
import sys
from datetime import datetime

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    """Marks what an assistant wrote, for training; what is in it is written as it is."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("_write"), [], [], body).set_lineno(line)

    def _write(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


environment = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols]
)
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception
environment.globals["strftime_now"] = lambda format: datetime(2026, 3, 9, 14, 5, 7).strftime(format)


@functools.lru_cache
def compiled(template):
    return environment.from_string(template)


def render(job):
    try:
        return {"text": compiled(job["template"]).render(**job["variables"])}
    except Exception as error:  # whatever a template does
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    sys.setrecursionlimit(5000)
    json.dump([render(job) for job in json.load(sys.stdin)], sys.stdout, ensure_ascii=True)
