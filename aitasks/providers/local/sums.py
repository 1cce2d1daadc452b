"""Sums: finds arithmetic in a sentence and works it out, in decimals, without ever running the text as code.

Invariant: numbers stay below a thousand digits and powers small, so that no sum takes long.
"""

import ast
import operator
import re
from collections.abc import Callable
from decimal import Context, Decimal, DecimalException

EXPRESSION_CHARACTERS_MAX = 200
EXPONENT_MAX = 999
_PERCENT_OF = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent)\s+of\s+(\d+(?:\.\d+)?)", re.IGNORECASE)
_EXPRESSION = re.compile(r"[-+(]*\s*\d[\d\s.+\-*/^()%x\u00d7\u00f7]*", re.IGNORECASE)
_WORDS = {"plus": "+", "minus": "-", "times": "*", "multiplied by": "*", "divided by": "/", "over": "/", "to the power of": "^"}
_CONTEXT = Context(prec=28, Emax=EXPONENT_MAX, Emin=-EXPONENT_MAX)
_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: _CONTEXT.add,
    ast.Sub: _CONTEXT.subtract,
    ast.Mult: _CONTEXT.multiply,
    ast.Div: _CONTEXT.divide,
    ast.Mod: _CONTEXT.remainder,
    ast.Pow: _CONTEXT.power,
}


def find(text: str) -> str:
    """Return the sum that a sentence holds, such as ``12*(3+4.5)``, or ``""``."""
    # Longer numbers are in no sum that is worked out, and the patterns below would look at them from every digit on.
    text = re.sub(rf"\d{{{EXPRESSION_CHARACTERS_MAX},}}", " ", text)
    percent = _PERCENT_OF.search(text)
    if percent:
        return f"{percent[1]}/100*{percent[2]}"
    for words, sign in _WORDS.items():
        text = re.sub(rf"(?<=[\d)\s]){words}(?=[\d(\s-])", sign, text, flags=re.IGNORECASE)
    for match in _EXPRESSION.finditer(re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)):
        found = (
            re.sub(r"\s+", "", match[0])
            .rstrip("+-*/^%x\u00d7\u00f7.")
            .lower()
            .replace("x", "*")
            .replace("\u00d7", "*")
            .replace("\u00f7", "/")
        )
        if (
            re.search(r"\d[)]*[-+*/^%]{1,2}[-+(]*\d", found)
            and len(found) <= EXPRESSION_CHARACTERS_MAX
            and not re.fullmatch(r"\d+(?:[-/]\d+){1,2}", found)
        ):
            return found
        if re.fullmatch(r"\d+(?:\.\d+)?[-/]\d+(?:\.\d+)?", found) and re.search(
            r"\b(?:what is|calculate|compute|how much is)\b|=", text, re.IGNORECASE
        ):
            return found
    return ""


def calculate(expression: str) -> str:
    """Return the result in plain digits, or a sentence that says why there is none."""
    try:
        tree = ast.parse(expression.replace("^", "**"), mode="eval")
        value = _evaluate(tree.body)
    except ZeroDivisionError:
        return "That divides by zero, which has no result."
    except (SyntaxError, ValueError, DecimalException, RecursionError, MemoryError):
        return f"The sum {expression} cannot be worked out."
    return f"{expression} = {_write(value)}"


def _evaluate(node: ast.expr) -> Decimal:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Decimal(str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _evaluate(node.operand)
        return operator.neg(value) if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _evaluate(node.left), _evaluate(node.right)
        if isinstance(node.op, ast.Div | ast.Mod) and right == 0:
            raise ZeroDivisionError
        return _OPERATORS[type(node.op)](left, right)
    raise ValueError("no sum")


def _write(value: Decimal) -> str:
    rounded = round(value, 10) if abs(value) < Decimal(10) ** 15 else value
    text = format(rounded, "f") if abs(rounded) < Decimal(10) ** 28 else format(rounded, "g")
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text.lower() else text
