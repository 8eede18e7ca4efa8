"""attrs classes whose methods are written when the first instance is made, or their fields are asked for.

attrs writes and compiles the methods of a class when the class is made, which takes a third of a millisecond. There are
some four hundred classes, of which a command uses some: so that it does not wait for the others, theirs are written
late. Where that is done is nobody's business: such a class is what attrs would have made of it at once, but for the
slots, as those need a class made anew, and for ``repr``, which is one for all, as hardly a command shows any.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["define", "dense", "frozen"]

if TYPE_CHECKING:
    from attrs import define, frozen
    from attrs import frozen as dense
else:
    from functools import partial
    from reprlib import recursive_repr
    from threading import RLock

    import attrs

    _WRITING = RLock()

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
        return attrs.frozen(cls, **options | {"repr": False})

    def _late(make, options, cls):
        if cls is None:
            return partial(_late, make, options)
        cls.__attrs_attrs__ = _Fields(cls, make, options)
        cls.__init__ = _init
        cls.__setstate__ = _setstate
        _show(cls, options)
        return cls

    def _show(cls, options):
        if options.get("repr", True) and "__repr__" not in vars(cls):
            cls.__repr__ = _repr

    class _Fields:
        """Stands where attrs keeps the fields of a class, and has them made for whoever reads them."""

        def __init__(self, cls, make, options) -> None:
            self._cls = cls
            self._make = partial(make, cls, **options | {"init": True, "repr": False, "slots": False})

        def __get__(self, instance: object, owner: type) -> Any:
            with _WRITING:
                if vars(self._cls)["__attrs_attrs__"] is self:
                    self._make()
            return owner.__attrs_attrs__

    def _init(self, *arguments, **named):
        """Have the methods written, those of the classes above too, and begin again."""
        with _WRITING:  # which another thread may be doing
            attrs.fields(type(self))
        self.__init__(*arguments, **named)

    def _setstate(self, state):
        """Have them written for what was pickled, and comes to be without ``__init__``."""
        attrs.fields(type(self))
        vars(self).update(state)

    @recursive_repr()
    def _repr(self):
        parts = (f"{a.name}={getattr(self, a.name)!r}" for a in attrs.fields(type(self)) if a.repr)
        return f"{type(self).__qualname__.rsplit('>.', 1)[-1]}({', '.join(parts)})"
