"""Names for tasks and errors, made without calling anything that the program has defined.

A ``repr``, a ``__str__``, a property, a metaclass may do anything; so only values of exactly the
built-in types are shown, all others by the name of their type. ``isinstance`` asks an object for
its ``__class__``, so it is not used here.
"""

from __future__ import annotations

LONGEST = 60
_LONGEST_VALUE = 20
_MOST_ITEMS = 3
_BIG = 1 << 64

_Function = type(lambda: None)
_Method = type((lambda self: None).__get__(0))
_Builtin = type(len)

_bases_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_name_of_type = type.__dict__["__name__"].__get__
_args_of_error = BaseException.__dict__["args"].__get__


def label_of(function: object, args: object = (), kwargs: object = None) -> str:
    """A call in a few words: ``fetch(3, 'a')``."""
    told = []
    if type(args) is tuple or type(args) is list:
        for value in args[: _MOST_ITEMS + 1]:
            kind = type(value)
            told.append(repr(value) if kind is int and -_BIG < value < _BIG else value_of(value))
    if kwargs and type(kwargs) is dict:
        for key, value in kwargs.items():
            if len(told) > _MOST_ITEMS:
                break
            told.append(f"{name_of(key)}={value_of(value)}")
    if len(told) > _MOST_ITEMS:
        told[_MOST_ITEMS:] = ["…"]
    text = f"{name_of_function(function)}({', '.join(told)})"
    return text if len(text) <= LONGEST else shortened(text)


def name_of_function(function: object) -> str:
    """What a function, method or class is called; the type's name of anything else."""
    kind = type(function)
    if kind is _Function or kind is _Builtin:
        name: str = function.__qualname__  # type: ignore[attr-defined]
        if type(name) is not str:
            return name_of(kind)
        return name.rpartition("<locals>.")[2]
    if kind is _Method:
        return name_of_function(function.__func__)  # type: ignore[attr-defined]
    if issubclass(kind, type):
        return name_of(function)
    if name_of(kind) == "partial" and module_of_class(kind) == "functools":
        return name_of_function(function.func)  # type: ignore[attr-defined]
    return name_of(kind)


def module_of_function(function: object) -> str:
    """The module that a function, method or class says it is from, or nothing."""
    kind = type(function)
    module: object = None
    if kind is _Method:
        return module_of_function(function.__func__)  # type: ignore[attr-defined]
    if kind is _Function or kind is _Builtin:
        module = function.__module__
    elif issubclass(kind, type):
        module = module_of_class(function)  # type: ignore[arg-type]
    return module if type(module) is str else ""


def module_of_class(kind: type) -> str:
    """The module that a class says it is from, or nothing."""
    module = _dict_of(kind).get("__module__")
    return module if type(module) is str else ""


def defining_class(kind: type, name: str) -> type:
    """The class from which a class has its method or attribute of that name."""
    for base in _bases_of(kind):
        if name in _dict_of(base):
            return base  # type: ignore[no-any-return]
    return object


def name_of(kind_or_text: object) -> str:
    """The name of a class, or a text that is one already."""
    if issubclass(type(kind_or_text), type):
        return shortened(_name_of_type(kind_or_text))
    return shortened(kind_or_text) if type(kind_or_text) is str else "?"


def value_of(value: object) -> str:
    """A value, short and safe."""
    kind = type(value)
    if value is None or kind is bool or kind is float:
        return repr(value)
    if kind is int:
        return repr(value) if -_BIG < value < _BIG else "int"  # type: ignore[operator]
    if kind is str or kind is bytes:
        if len(value) <= _LONGEST_VALUE:  # type: ignore[arg-type]
            return repr(value)
        return repr(value[:_LONGEST_VALUE]) + "…"  # type: ignore[index]
    if kind is tuple or kind is list:
        return _items_of(value)  # type: ignore[arg-type]
    return name_of(kind)


def _items_of(values: tuple[object, ...] | list[object]) -> str:
    """The first items of a sequence if they are simple, else the name of its type."""
    told = []
    for item in values[:_MOST_ITEMS]:
        kind = type(item)
        # one by one: a set would ask a type for its hash, which its own type may define
        if kind is int or kind is str or kind is float or kind is bool or kind is bytes:
            told.append(value_of(item))
        elif item is None:
            told.append("None")
        else:
            return "tuple" if type(values) is tuple else "list"
    if len(values) > _MOST_ITEMS:
        told.append("…")
    if type(values) is list:
        return f"[{', '.join(told)}]"
    return f"({told[0]},)" if len(told) == 1 else f"({', '.join(told)})"


def error_of(error: BaseException) -> str:
    """An error in one line, without calling its ``__str__``."""
    name = name_of(type(error))
    args = _args_of_error(error)
    if not args:
        return name
    if len(args) == 1 and type(args[0]) is str and not issubclass(type(error), KeyError):
        text = args[0][: 4 * LONGEST].partition("\n")[0]
    else:
        text = ", ".join(value_of(value) for value in args[: _MOST_ITEMS + 1])
    return f"{name}: {shortened(text, 3 * LONGEST)}"


def shortened(text: str, longest: int = LONGEST) -> str:
    """At most so many characters of a text."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
