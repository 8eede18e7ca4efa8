"""LibreOffice without a window, for tests: it opens a workbook, calculates all of it, and saves it again."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

_SECONDS = 900


def convert(files: Sequence[Path], to: Path, kind: str = "xlsx") -> list[Path]:
    """Save workbooks by LibreOffice, in a folder, as another kind of file.

    What openpyxl has saved has formulas without results, so that LibreOffice calculates every one of them.
    """
    to.mkdir(exist_ok=True)
    profile = to / "profile"
    command = ["soffice", "--headless", f"-env:UserInstallation={profile.resolve().as_uri()}", "--convert-to", kind]
    done = subprocess.run(
        [*command, "--outdir", str(to), *map(str, files)], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    ending = kind.partition(":")[0]
    made = [to / f"{file.stem}.{ending}" for file in files]
    assert all(file.exists() for file in made), done.stdout + done.stderr
    return made


# Comma, quotes, UTF-8, from the first row, numbers as they show or as they are, and every sheet as a file of its own.
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,{shown},false,false,-1"


def to_csv(file: Path, to: Path, *, shown: bool = True) -> list[Path]:
    """Save all sheets of a workbook as CSV by LibreOffice, a file for each, in a folder."""
    to.mkdir(exist_ok=True)
    profile = (to.parent / "profile").resolve().as_uri()
    command = ["soffice", "--headless", f"-env:UserInstallation={profile}"]
    command += ["--convert-to", _CSV.format(shown=str(shown).lower()), "--outdir", str(to), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    made = sorted(to.glob("*.csv"))
    assert made, done.stdout + done.stderr
    return made


# A macro of LibreOffice's own that types in what a table of sheet, cell, kind and value says, and saves the workbook.
_FILL = """Sub Fill(source As String, table As String, target As String)
  Dim opened(0) As New com.sun.star.beans.PropertyValue
  opened(0).Name = "Hidden"
  opened(0).Value = True
  book = StarDesktop.loadComponentFromURL(source, "_blank", 0, opened())
  rows = ReadRows(table)
  For place = LBound(rows) To UBound(rows)
    If rows(place) &lt;&gt; "" Then
      parts = Split(rows(place), Chr(9))
      entry = book.Sheets.getByName(parts(0)).getCellRangeByName(parts(1))
      If parts(2) = "number" Then
        entry.setValue(Val(parts(3)))
      Else
        entry.setString(parts(3))
      End If
    End If
  Next place
  book.calculateAll()
  Dim saved(0) As New com.sun.star.beans.PropertyValue
  saved(0).Name = "FilterName"
  saved(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(target, saved())
  book.close(True)
End Sub

Function ReadRows(table As String)
  files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  stream = createUnoService("com.sun.star.io.TextInputStream")
  stream.setInputStream(files.openFileRead(table))
  stream.setEncoding("UTF-8")
  whole = ""
  Do While Not stream.isEOF()
    whole = whole &amp; stream.readLine() &amp; Chr(10)
  Loop
  ReadRows = Split(whole, Chr(10))
End Function
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Typing"/></library:library>
"""
_LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
<library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple"
 library:link="false"/></library:libraries>
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Typing" script:language="StarBasic">
{text}</script:module>
"""


def type_in(source: Path, to: Path, cells: Sequence[tuple[str, str, object]]) -> Path:
    """Open a workbook in LibreOffice, put values into cells (sheet, name, value), calculate, and save it as .xlsx."""
    profile = to.parent / "profile"
    soffice = ["soffice", "--headless", f"-env:UserInstallation={profile.resolve().as_uri()}"]
    # A new profile is made first: it would be made over what lies there.
    subprocess.run([*soffice, "--terminate_after_init"], capture_output=True, timeout=_SECONDS, check=True)
    basic = profile / "user" / "basic"
    (basic / "Standard").mkdir(parents=True, exist_ok=True)
    (basic / "script.xlc").write_text(_LIBRARIES, encoding="utf-8")
    (basic / "Standard" / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    (basic / "Standard" / "Typing.xba").write_text(_MODULE.format(text=_FILL), encoding="utf-8")
    table = to.with_suffix(".tsv")
    kinds = [(sheet, name, "number" if isinstance(v, int | float) else "text", v) for sheet, name, v in cells]
    table.write_text("\n".join("\t".join(map(str, row)) for row in kinds), encoding="utf-8")
    places = ",".join(f'"{file.resolve().as_uri()}"' for file in (source, table, to))
    done = subprocess.run(
        [*soffice, f"macro:///Standard.Typing.Fill({places})"],
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert to.exists(), done.stdout + done.stderr
    return to
