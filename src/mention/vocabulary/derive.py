"""Writes the derived lists of common words beside this file.

    apt-get download scowl=2020.12.07-2
    pip download --no-deps mnemonic==0.21 jieba==0.42.1
    python3 derive.py scowl_*.deb mnemonic-*.whl jieba-*.tar.gz

A package of another hash than these is refused: its lists would be others. NOTICE.md says whose
lists they are. All other lists are written by hand and left alone.
"""

import hashlib
import io
import pathlib
import re
import subprocess
import sys
import tarfile
import unicodedata
import zipfile

HERE = pathlib.Path(__file__).parent
# The packages, by SHA-256.
SCOWL = "de692546df9b169f2cbdf4d8d88111a374733a9c382b820a6f943914ca705718"
MNEMONIC = "72dc9de16ec5ef47287237b9b6943da11647a03fe7cf1f139fc3d7c4a7439288"
JIEBA = "055ca12f62674fafed09427f176506079bc135638a14e23e25be909131928db2"
SCOWL_SIZES = {"en": "10", "en.rarer": "20"}
MNEMONIC_LISTS = {"es": "spanish", "pt": "portuguese", "fr": "french", "it": "italian", "ko": "korean"}
JIEBA_WORDS = 4000
COLUMNS = 100


def write(language, head, words):
    lines = [f"# {head}", "# See NOTICE.md; derived by derive.py, not edited."]
    line = ""
    for word in sorted(words):
        if len(line) + len(word) + 1 > COLUMNS:
            lines.append(line)
            line = ""
        line += (" " if line else "") + word
    lines.append(line)
    (HERE / f"{language}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def scowl(path):
    tar = subprocess.run(["dpkg-deb", "--fsys-tarfile", path], check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(tar.stdout)) as files:
        for language, size in SCOWL_SIZES.items():
            name = f"./usr/share/dict/scowl/english-words.{size}"
            text = files.extractfile(name).read().decode("latin-1")
            words = {word for word in text.lower().split() if re.fullmatch("[a-z]+", word)}
            write(language, f"English: the words of SCOWL's size {size}.", words)


def mnemonic(path):
    with zipfile.ZipFile(path) as files:
        for language, name in MNEMONIC_LISTS.items():
            text = files.read(f"mnemonic/wordlist/{name}.txt").decode("utf-8")
            words = set(unicodedata.normalize("NFC", text).split())
            write(language, f"{name.capitalize()}: the words of BIP-0039.", words)


def jieba(path):
    with tarfile.open(path) as files:
        (name,) = [name for name in files.getnames() if name.endswith("/jieba/dict.txt")]
        rows = [row.split() for row in files.extractfile(name).read().decode("utf-8").splitlines()]
    rows.sort(key=lambda row: (-int(row[1]), row[0]))
    words = {word for word, *_ in rows[:JIEBA_WORDS] if re.fullmatch("[\u4e00-\u9fff]{2,}", word)}
    write("zh", f"Chinese: of the {JIEBA_WORDS} commonest words of jieba, those of two and more Han.", words)


def checked(path, sha256):
    found = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    if found != sha256:
        sys.exit(f"{path}: SHA-256 {found}, expected {sha256}")
    return path


if __name__ == "__main__":
    packages = zip(sys.argv[1:4], [SCOWL, MNEMONIC, JIEBA], strict=True)
    paths = [checked(path, sha256) for path, sha256 in packages]
    for derive, path in zip([scowl, mnemonic, jieba], paths):
        derive(path)
