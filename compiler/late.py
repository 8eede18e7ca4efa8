"""attrs classes whose methods are written when a hundred instances have been made, or attrs is asked for the fields.

attrs writes and compiles the methods of a class when the class is made, which takes a third of a millisecond. There are
some four hundred classes, of which a command uses some: so that it does not wait for the others, theirs are written
late, and ``fields_of`` tells the fields without. Where that is done is nobody's business: such a class is what attrs
would have made of it at once, but for the slots, as those need a class made anew, and for ``repr``, which is one for
all, as hardly a command shows any. What compares is not written at all, but made of an ``attrgetter`` when two are
first compared.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["define", "dense", "fields_of", "frozen", "has_fields"]

if TYPE_CHECKING:
    from attrs import define, frozen
    from attrs import fields as fields_of
    from attrs import frozen as dense
    from attrs import has as has_fields
else:
    from functools import partial
    from operator import attrgetter
    from reprlib import recursive_repr
    from threading import RLock
    from typing import ClassVar, NamedTuple, get_origin

    import attrs

    _WRITING = RLock()
    _FIRST_ONES = 100  # writing the methods takes as long as filling somewhat more
    _FIELD = type(attrs.field())
    _HASH = "_hash_of_parts"

    def frozen(cls=None, **options):
        """``attrs.frozen``, done late."""
        return _late(attrs.frozen, options, cls)

    def define(cls=None, **options):
        """``attrs.define``, done late."""
        return _late(attrs.define, options, cls)

    def dense(cls=None, **options):
        """``attrs.frozen``, done at once and with slots: for kinds of which there are thousands."""
        if cls is None:
            return partial(dense, **options)
        _show(cls, options)
        options = _compare_late(cls, attrs.frozen, options)
        return attrs.frozen(cls, **options | {"repr": False})

    def _late(make, options, cls):
        if cls is None:
            return partial(_late, make, options)
        if options.get("cache_hash") and not _compares_in_its_own_way(cls):
            options = _compare_late(cls, make, {name: value for name, value in options.items() if name != "cache_hash"})
            cls.__hash__ = _hash_once
        else:
            options = _compare_late(cls, make, options)
        cls.__attrs_attrs__ = _Fields(cls, make, options)
        cls.__init__ = _init
        cls.__setstate__ = _setstate
        if make is attrs.frozen and not issubclass(cls, BaseException):
            cls.__setattr__ = cls.__delattr__ = _refuse
        _show(cls, options)
        return cls

    def _show(cls, options):
        if options.get("repr", True) and "__repr__" not in vars(cls):
            cls.__repr__ = _repr

    def _compares_in_its_own_way(cls):
        return "__eq__" in vars(cls) or any(getattr(part, "eq_key", None) for part in vars(cls).values())

    def _compare_late(cls, make, options):
        """Have comparing made late; the options that are left to attrs, which writes hashes that are kept."""
        if not options.get("eq", True) or "__eq__" in vars(cls):
            return options
        if options.get("cache_hash"):
            if _compares_in_its_own_way(cls):
                return options
            cls.__eq__ = _eq  # which attrs then leaves alone
            return options | {"unsafe_hash": True}
        cls.__eq__ = _eq
        cls.__hash__ = _hash if make is attrs.frozen else None
        return options

    class _Fields:
        """Stands where attrs keeps the fields of a class, and has them made for whoever reads them."""

        def __init__(self, cls, make, options) -> None:
            self._cls = cls
            self.are_plain = options.keys() <= {"eq", "repr"}  # attrs writes no more than what fills them
            self._make = partial(make, cls, **options | {"init": True, "repr": False, "slots": False})

        def __get__(self, instance: object, owner: type) -> Any:
            with _WRITING:
                if vars(self._cls)["__attrs_attrs__"] is self:
                    for name in ("__setattr__", "__delattr__"):
                        if vars(self._cls).get(name) is _refuse:
                            delattr(self._cls, name)  # attrs has its own
                    self._make()
            return owner.__attrs_attrs__

    class _Field(NamedTuple):
        """What is asked of a field of ``attrs.fields``."""

        name: str
        alias: str
        type: Any
        default: Any
        init: bool
        kw_only: bool
        eq: bool
        repr: bool
        converter: Any

    def has_fields(cls):
        """Whether a class is one of attrs, or of this module, as ``attrs.has`` tells; no methods are written."""
        return any("__attrs_attrs__" in vars(base) for base in cls.__mro__)

    def fields_of(cls):
        """The fields of a class by what ``attrs.fields`` calls them; no methods are written for that."""
        written = isinstance(vars(cls).get("__attrs_attrs__"), tuple)
        return (None if written else _declared(cls)) or attrs.fields(cls)

    def _declared(cls):
        """The fields of a class whose methods are not written, and do no more than to fill it; else None."""
        parts = {}
        for base in reversed(cls.__mro__[:-1]):
            fields = vars(base).get("__attrs_attrs__")
            if vars(base).get("__slots__") or (fields is not None and not getattr(fields, "are_plain", False)):
                return None
            for name, kind in {} if fields is None else vars(base).get("__annotations__", {}).items():
                if get_origin(kind) is ClassVar:
                    continue
                asked = vars(base).get(name, attrs.NOTHING)
                if isinstance(asked, _FIELD):
                    if asked._validator or asked.eq_key or asked.hash is not None:
                        return None
                    named_only = bool(asked.kw_only)  # None where nothing is said
                    asked_for = (asked._default, asked.init, named_only, asked.eq, asked.repr, asked.converter)
                else:
                    asked_for = (asked, True, False, True, True, None)
                parts.pop(name, None)
                parts[name] = _Field(name, getattr(asked, "alias", None) or name.lstrip("_"), kind, *asked_for)
        if any(isinstance(each.converter, attrs.Converter) for each in parts.values()):
            return None
        if issubclass(cls, BaseException) or hasattr(cls, "__attrs_pre_init__"):
            return None
        return tuple(parts.values())

    def _init(self, *arguments, **named):
        """Fill one of the first; or have the methods written, those of the classes above too, and begin again."""
        first = _FIRST[type(self)]
        if first is None or not first.fill(self, arguments, named):
            with _WRITING:  # which another thread may be doing
                attrs.fields(type(self))
            self.__init__(*arguments, **named)

    class _Firsts(dict):
        """What fills the first of each class; None of one for which there is more to do than to fill."""

        def __missing__(self, cls):
            with _WRITING:
                declared = _declared(cls)
                self[cls] = None if declared is None else _First(cls, declared)
            return self[cls]

    _FIRST = _Firsts()

    class _First:
        """Fills the first instances of a class as ``__init__`` would: most classes have few, and that takes less time.

        Attributes:
            fields: all of them.
            by_place: the arguments that need not be named.
            whole: the fields in their order, where an argument for each is all that it takes; else nothing.
            left: how many it still fills.
        """

        def __init__(self, cls, fields) -> None:
            placed = [each for each in fields if each.init and not each.kw_only]
            cls.__match_args__ = tuple(each.name for each in placed)
            self.fields = fields
            self.by_place = [each.alias for each in placed]
            more = hasattr(cls, "__attrs_post_init__") or any(each.converter for each in fields)
            self.whole = cls.__match_args__ if len(placed) == len(fields) and not more else ()
            self.left = _FIRST_ONES

        def fill(self, made, arguments, named):
            """Whether an instance was filled; what is wrong with arguments, attrs tells."""
            self.left -= 1
            if self.left < 0:
                return False
            if not named and len(arguments) == len(self.whole) > 0:
                vars(made).update(zip(self.whole, arguments, strict=True))
                return True
            given = dict(zip(self.by_place, arguments, strict=False)) | named
            if len(given) < len(arguments) + len(named):
                return False
            state = vars(made)
            for name, alias, _, default, init, _, _, _, converter in self.fields:
                if init and alias in given:
                    value = given.pop(alias)
                elif isinstance(default, attrs.Factory):
                    value = default.factory(made) if default.takes_self else default.factory()
                elif default is not attrs.NOTHING:
                    value = default
                elif init:
                    return False
                else:  # whoever makes it gives it one afterwards
                    continue
                state[name] = converter(value) if converter else value
            if given:
                return False
            if hasattr(made, "__attrs_post_init__"):
                made.__attrs_post_init__()
            return True

    def _refuse(self, *_):
        raise attrs.exceptions.FrozenInstanceError

    def _setstate(self, state):
        """Have them written for what was pickled, and comes to be without ``__init__``."""
        attrs.fields(type(self))
        vars(self).update(state)
        vars(self).pop(_HASH, None)  # words have other hashes in another process

    def _eq(self, other):
        """Have what compares made, and compare."""
        _compare(type(self))
        return type(self).__eq__(self, other)

    def _hash(self):
        _compare(type(self))
        return hash(self)

    def _hash_once(self):
        _compare(type(self))
        return hash(self)

    def _compare(cls):
        fields = [a for a in fields_of(cls) if a.eq]
        if any(getattr(a, "eq_key", None) or getattr(a, "hash", None) is not None for a in fields):
            raise TypeError(f"{cls}: fields that compare in ways of their own")
        parts = attrgetter(*(a.name for a in fields)) if fields else type
        name = cls.__qualname__

        def equal(self, other):
            return parts(self) == parts(other) if other.__class__ is self.__class__ else NotImplemented

        def once(self):
            state = vars(self)
            if _HASH not in state:
                state[_HASH] = hash((name, parts(self)))
            return state[_HASH]

        cls.__eq__ = equal
        if cls.__hash__ is _hash:
            cls.__hash__ = lambda self: hash((name, parts(self)))
        elif cls.__hash__ is _hash_once:
            cls.__hash__ = once

    @recursive_repr()
    def _repr(self):
        parts = (f"{a.name}={getattr(self, a.name)!r}" for a in fields_of(type(self)) if a.repr)
        return f"{type(self).__qualname__.rsplit('>.', 1)[-1]}({', '.join(parts)})"
