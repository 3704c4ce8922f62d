"""Writes the derived lists of common words beside this file.

    apt-get download scowl && pip download --no-deps mnemonic jieba
    python3 derive.py scowl_*.deb mnemonic-*.whl jieba-*.tar.gz

NOTICE.md says whose lists they are. All other lists are
written by hand and left alone.
"""

import io
import pathlib
import re
import subprocess
import sys
import tarfile
import unicodedata
import zipfile

HERE = pathlib.Path(__file__).parent
SCOWL_SIZES = {"en": "10", "en.rarer": "20"}
MNEMONIC = {"es": "spanish", "pt": "portuguese", "fr": "french", "it": "italian", "ko": "korean"}
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
        for language, name in MNEMONIC.items():
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


if __name__ == "__main__":
    scowl(sys.argv[1])
    mnemonic(sys.argv[2])
    jieba(sys.argv[3])
