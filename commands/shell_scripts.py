"""The scripts of completion: cyclopts' own, with the names of files as each shell takes them."""

from typing import Final, Literal

from haiten.commands.app import app

Shell = Literal["bash", "zsh", "fish", "powershell"]

# cyclopts parts what ``compgen`` says at every blank, and hands words on with the quotes they are typed in. Here a line
# is a name, bash itself quotes it (``filenames``), and a word is what it means; nothing that was typed is evaluated.
# Paths of items are offered in wide brackets, so narrow ones, which only come in quotes, are compared as wide ones.
_BASH_HELPERS: Final = r"""
_haiten_meant() {
  local word="$1" meant="" quote="" sign
  [[ "$word" == "~/"* ]] && { meant="$HOME"; word="${word:1}"; }
  while [[ -n "$word" ]]; do
    sign="${word:0:1}"
    word="${word:1}"
    if [[ -n "$quote" && "$sign" == "$quote" ]]; then
      quote=""
    elif [[ -z "$quote" && ( "$sign" == "'" || "$sign" == '"' ) ]]; then
      quote="$sign"
    elif [[ "$sign" == "\\" && ( -z "$quote" || ( "$quote" == '"' && "${word:0:1}" == [\"\\\$\`] ) ) ]]; then
      meant+="${word:0:1}"
      word="${word:1}"
    else
      meant+="$sign"
    fi
  done
  printf '%s' "$meant"
}

_haiten_asked() {
  local cmd="$1" word
  local -a meant=()
  shift
  for word in "$@"; do
    meant+=("$(_haiten_meant "$word")")
  done
  "$cmd" __complete "${meant[@]}" 2>/dev/null
}

_haiten_files() {
  local name
  COMPREPLY=()
  while IFS= read -r name; do
    COMPREPLY+=("$name")
  done < <(compgen -f -- "$1")
  compopt -o filenames 2>/dev/null || true
}

_haiten() {
"""
_CHANGES: Final[dict[Shell, dict[str, str]]] = {
    "bash": {
        "\n_haiten() {\n": _BASH_HELPERS,
        '  cur="${COMP_WORDS[COMP_CWORD]}"\n': (
            '  local typed="${COMP_WORDS[COMP_CWORD]}"\n'
            '  [[ "$typed" == "=" ]] && typed=""\n'
            '  cur="$(_haiten_meant "$typed")"\n'
            '  cur="${cur//\\(/（}"\n'
            '  cur="${cur//\\)/）}"\n'
        ),
        '  [[ "$cur" == "=" ]] && cur=""\n': "",
        'COMPREPLY=( $(compgen -f -- "${cur}") )': '_haiten_files "${typed}"',
        '"$_cmd" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null': (
            '_haiten_asked "$_cmd" "${COMP_WORDS[@]:1:COMP_CWORD}"'
        ),
    },
    "zsh": {'"${(@)_cyc_words[2,_cyc_current]}"': '"${(@Q)_cyc_words[2,_cyc_current]}"'},
    "fish": {},
    "powershell": {},
}


def script_for(shell: Shell) -> str:
    """The script of a shell; all commands have to be registered.

    Raises:
        LookupError: cyclopts writes other scripts than those that are changed here.
    """
    script = app.generate_completion(shell=shell)
    for old, new in _CHANGES[shell].items():
        if old not in script:
            raise LookupError(f"not in the script of {shell}: {old}")
        script = script.replace(old, new)
    return script


def install(shell: Shell) -> str:
    """Put the script where the shell reads it; the path of its file."""
    place = app.install_completion(shell=shell)
    if _CHANGES[shell]:
        place.write_text(script_for(shell), encoding="utf-8")
    return str(place)
