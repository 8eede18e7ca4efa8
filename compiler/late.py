"""attrs classes whose methods are written when more than a few instances are made, or their fields are asked for.

attrs writes and compiles the methods of a class when the class is made, which takes a third of a millisecond. There are
some four hundred classes, of which a command uses some: so that it does not wait for the others, theirs are written
late. Where that is done is nobody's business: such a class is what attrs would have made of it at once, but for the
slots, as those need a class made anew, and for ``repr``, which is one for all, as hardly a command shows any. What
compares is not written at all, but made of an ``attrgetter`` when two are first compared.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["define", "dense", "frozen"]

if TYPE_CHECKING:
    from attrs import define, frozen
    from attrs import frozen as dense
else:
    from functools import partial
    from operator import attrgetter
    from reprlib import recursive_repr
    from threading import RLock
    from typing import ClassVar, get_origin

    import attrs

    _WRITING = RLock()
    _FEW = 24  # writing the methods takes as long as filling some hundred instances
    _FIRST = {}
    _FIELD = type(attrs.field())

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

    def _compare_late(cls, make, options):
        """Have comparing made late; the options that are left to attrs, which writes hashes that are kept."""
        if not options.get("eq", True) or "__eq__" in vars(cls):
            return options
        if options.get("cache_hash"):
            if any(getattr(part, "eq_key", None) for part in vars(cls).values()):
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

    def _init(self, *arguments, **named):
        """Fill one of the first few; or have the methods written, those of the classes above too, and begin again."""
        kind = type(self)
        if kind not in _FIRST:
            with _WRITING:
                _FIRST[kind] = _First.of(kind)
        first = _FIRST[kind]
        if first is None or not first.fill(self, arguments, named):
            with _WRITING:  # which another thread may be doing
                attrs.fields(kind)
            self.__init__(*arguments, **named)

    class _First:
        """Fills the first instances of a class as ``__init__`` would: most classes have few, and that takes less time.

        Attributes:
            parts: the fields by name, as they are asked for.
            left: how many it still fills.
        """

        def __init__(self, parts) -> None:
            self.parts = {name: (a.init and (a.alias or name.lstrip("_")), a._default) for name, a in parts.items()}
            self.by_place = [self.parts[name][0] for name, a in parts.items() if a.init and not a.kw_only]
            self.left = _FEW

        @classmethod
        def of(cls, kind):
            """That of a class; None where there is more to do than to fill, or its methods are written."""
            parts = {}
            for base in reversed(kind.__mro__[:-1]):
                fields = vars(base).get("__attrs_attrs__")
                if vars(base).get("__slots__") or (fields is not None and not getattr(fields, "are_plain", False)):
                    return None
                declared = {} if fields is None else vars(base).get("__annotations__", {})
                for name in (name for name, kind_of in declared.items() if get_origin(kind_of) is not ClassVar):
                    asked = vars(base).get(name, attrs.NOTHING)
                    asked = asked if isinstance(asked, _FIELD) else attrs.field(default=asked)
                    if asked.converter or asked._validator:
                        return None
                    parts.pop(name, None)
                    parts[name] = asked
            if issubclass(kind, BaseException) or hasattr(kind, "__attrs_pre_init__"):
                return None
            kind.__match_args__ = tuple(name for name, a in parts.items() if a.init and not a.kw_only)
            return cls(parts)

        def fill(self, made, arguments, named):
            """Whether an instance was filled; what is wrong with arguments, attrs tells."""
            self.left -= 1
            given = dict(zip(self.by_place, arguments, strict=False)) | named
            if self.left < 0 or len(given) < len(arguments) + len(named):
                return False
            state = vars(made)
            for name, (argument, default) in self.parts.items():
                if argument in given:
                    state[name] = given.pop(argument)
                elif isinstance(default, attrs.Factory):
                    state[name] = default.factory(made) if default.takes_self else default.factory()
                elif default is attrs.NOTHING:
                    return False
                else:
                    state[name] = default
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

    def _eq(self, other):
        """Have what compares made, and compare."""
        _compare(type(self))
        return type(self).__eq__(self, other)

    def _hash(self):
        _compare(type(self))
        return hash(self)

    def _compare(cls):
        fields = [a for a in attrs.fields(cls) if a.eq]
        if any(a.eq_key or a.hash is not None for a in fields):
            raise TypeError(f"{cls}: fields that compare in ways of their own")
        parts = attrgetter(*(a.name for a in fields)) if fields else type
        name = cls.__qualname__

        def equal(self, other):
            return parts(self) == parts(other) if other.__class__ is self.__class__ else NotImplemented

        cls.__eq__ = equal
        if cls.__hash__ is _hash:
            cls.__hash__ = lambda self: hash((name, parts(self)))

    @recursive_repr()
    def _repr(self):
        parts = (f"{a.name}={getattr(self, a.name)!r}" for a in attrs.fields(type(self)) if a.repr)
        return f"{type(self).__qualname__.rsplit('>.', 1)[-1]}({', '.join(parts)})"
