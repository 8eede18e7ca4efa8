#!/bin/sh
# editors.sh FOLDER: Helix and an Emacs that has eglot, from the packages of Debian 13, whatever Debian this is (12 has no
# Helix): unpacked with the C library that they were made for. Nothing of the system's is changed.
set -eu
suite=trixie
mkdir -p "$1/apt/lists/partial" "$1/apt/cache/archives/partial"
cd "$1"
. /etc/os-release
for list in /etc/apt/sources.list /etc/apt/sources.list.d/debian.*; do
  if grep -qs "$VERSION_CODENAME" "$list"; then
    sed "s/$VERSION_CODENAME/$suite/g" "$list" > "apt/here.${list##*.}"
    break
  fi
done
set -- -qq -o Dir::Etc::SourceList="$(ls "$PWD"/apt/here.*)" -o Dir::Etc::SourceParts=/dev/null \
  -o Dir::State::Lists="$PWD/apt/lists" -o Dir::State::Status=/dev/null -o Dir::Cache="$PWD/apt/cache" -o APT::Sandbox::User=root
apt-get "$@" update
apt-get "$@" install --yes --no-install-recommends --download-only hx emacs-nox
for package in apt/cache/archives/*.deb; do
  case $package in
    */emacs-el_* | *-dev_*) ;; # sources and headers
    *) dpkg-deb --extract "$package" . ;;
  esac
done
rm -rf apt
libraries=$PWD/usr/lib/x86_64-linux-gnu
lisp=$(echo "$PWD"/usr/share/emacs/*/lisp)
cat > hx << END
#!/bin/sh
HELIX_RUNTIME=$PWD/usr/lib/hx/runtime \
exec $PWD/usr/lib64/ld-linux-x86-64.so.2 --library-path $libraries $PWD/usr/lib/hx/hx "\$@"
END
cat > emacs << END
#!/bin/sh
EMACSLOADPATH=$lisp EMACSDATA=${lisp%lisp}etc EMACSPATH=$(echo "$PWD"/usr/libexec/emacs/*/*/) \
exec $PWD/usr/lib64/ld-linux-x86-64.so.2 --library-path $libraries $PWD/usr/bin/emacs-nox \
--dump-file=$(echo "$PWD"/usr/libexec/emacs/*/*/*.pdmp) "\$@"
END
chmod +x hx emacs
./hx --version
./emacs --version | head -n 1
