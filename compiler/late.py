"""attrs classes whose methods are written when the first instance is made, or their fields are asked for.

attrs writes and compiles the methods of a class when the class is made, which takes most of a millisecond. There are
some two hundred kinds of diagnostics, of which a command makes a few: so that it does not wait for the others, theirs
are written late. Where that is done is nobody's business: such a class is what attrs would have made of it at once.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attrs import frozen as frozen
else:
    from threading import RLock

    import attrs

    _WRITING = RLock()

    def frozen(cls):
        """``attrs.frozen``, done late; instances have no slots, as those need a class made anew."""
        cls.__attrs_attrs__ = _Fields(cls)
        cls.__init__ = _init
        return cls

    class _Fields:
        """Stands where attrs keeps the fields of a class, and has them made for whoever reads them."""

        def __init__(self, cls: type) -> None:
            self.cls = cls

        def __get__(self, instance: object, owner: type) -> Any:
            with _WRITING:
                if vars(self.cls)["__attrs_attrs__"] is self:
                    attrs.frozen(self.cls, slots=False, init=True)
            return owner.__attrs_attrs__

    def _init(self, *arguments, **named):
        """Have the methods written, those of the classes above too, and begin again."""
        with _WRITING:  # which another thread may be doing
            attrs.fields(type(self))
        self.__init__(*arguments, **named)
