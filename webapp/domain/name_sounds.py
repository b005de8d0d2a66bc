"""What the name of an enterprise sounds like, the same in Arabic and in Latin letters. [house]

Of each word only its consonants are left, in one alphabet for both scripts, for Latin spellings of
Arabic names agree on little else: Chérif and شريف are both "crf". Whatever begins with a vowel, or
with a letter that is written like one (ع, و, ي), begins with "a"; other vowels are left out.

    ش ch sh → c    خ kh → x    غ gh → g    ج dj j → j    ق ك k q c g → k
    ط ت ث t th → t    ض ظ ذ د d dh → d    ص س s ç → s    ح ه h → h
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webapp.domain.search_key import LEGAL_FORMS

LONGEST_SOUND = 16
LONGEST_SOUNDS = 600
VOWEL = "a"

OF_ARABIC = {
    "ب": "b", "پ": "b", "ت": "t", "ث": "t", "ط": "t", "ج": "j", "چ": "j", "ح": "h", "ه": "h",
    "خ": "x", "د": "d", "ذ": "d", "ض": "d", "ظ": "d", "ر": "r", "ز": "z", "س": "s", "ص": "s",
    "ش": "c", "غ": "g", "ف": "f", "ق": "k", "ك": "k", "ڤ": "k", "ڨ": "k", "گ": "k", "ل": "l",
    "م": "m", "ن": "n",
}  # fmt: skip
OF_LATIN = {
    "b": "b", "p": "b", "c": "k", "d": "d", "f": "f", "v": "f", "g": "k", "h": "h", "j": "j",
    "k": "k", "q": "k", "l": "l", "m": "m", "n": "n", "r": "r", "s": "s", "t": "t", "x": "ks",
    "z": "z",
}  # fmt: skip
# One sound written with two letters or more, and letters that an e or i makes soft.
LATIN_GROUPS = (
    (r"([b-df-hj-np-tvxz])\1", r"\1"), (r"ts?ch|s?ch|sh", "C"), ("kh", "X"), ("gh", "G"),
    ("dj|g(?=[eiy])", "J"), ("ph", "F"), ("th", "T"), ("dh", "D"), ("qu|gu|ck", "K"),
    (r"c(?=[eiy])", "S"),
)  # fmt: skip
OF_GROUPS = {
    "C": "c", "X": "x", "G": "g", "J": "j", "F": "f", "T": "t", "D": "d", "K": "k", "S": "s",
}  # fmt: skip
BEGINS_LIKE_A_VOWEL = frozenset("aeiouyw" + "اءعوي")
# The article before a vowel or most consonants; before these its l is not heard: ed-dine, الدين.
ARTICLE = re.compile(r"ال(?=..)|el(?=[^aeiouy].)|e(?=([dlnrstz])\1)|e(?=chch|shsh|ch)")
SUN = frozenset("tdrzscln")
ARTICLES = frozenset({"el", "al", "ال"})
# What a name begins with, and nobody is called alone: بن علي is one name.
PARTICLES = ARTICLES | {
    "ben", "bin", "ibn", "bel", "bou", "abou", "abu", "abd", "ould", "oum", "ait",
    "بن", "ابن", "بو", "ابو", "عبد", "ولد", "ام", "ايت",
}  # fmt: skip
SON = {"ابن": "بن", "ibn": "ben"}


@dataclass(frozen=True, slots=True)
class _Word:
    """How one word sounds, and how it meets the words beside it."""

    consonants: str
    begins_with_vowel: bool
    article: bool
    ends_with: str  # the consonant that it ends with, or nothing

    @property
    def behind(self) -> str:
        """As it sounds behind another word: (nour) ed-dine, (abd) el-kader."""
        heard = self.article and (self.begins_with_vowel or self.consonants[:1] not in SUN)
        return f"l{self.consonants}" if heard else self.consonants


def sounds_of(*names: str) -> str:
    """What a column holds of the names: each sound between spaces, or nothing.

    A name sounds from each of its words on to its end, so that it is found from any word on,
    however its words are spaced; and word by word, for what is asked for as a whole.
    """
    found: dict[str, None] = {}
    for name in names:
        written, words = _written(name), _words(name)
        for place in range(len(words)):
            found.update(dict.fromkeys(_as_one(words[place:])))
        for place in range(len(words)):
            end = place + 1
            while end < len(words) and written[end - 1] in PARTICLES:
                end += 1
            found.update(dict.fromkeys(_as_one(words[place:end])))
    text = " "
    for sound in found:
        if len(text) + len(sound) < LONGEST_SOUNDS:
            text += f"{sound} "
    return text.strip() and text


def sounds_asked(text: str) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    """What to look for: sounds of the whole, and of each word where there are several.

    A name fits that has a sound beginning with one of the whole, or with one of each word.
    """
    words = _words(text)
    groups: list[list[_Word]] = [[]]
    for written, word in zip(_written(text), words, strict=True):
        groups[-1].append(word)
        if written not in PARTICLES:
            groups.append([])
    each = tuple(frozenset(_as_one(group)) for group in groups if group)
    return frozenset(_as_one(words)), tuple(one for one in each if one) if len(each) > 1 else ()


def is_whole(sound: str) -> bool:
    """Whether a sound says so little that a name must hold it as a whole word."""
    return len(sound.removeprefix(VOWEL)) < 2


def _as_one(words: Sequence[_Word]) -> Iterator[str]:
    """The sounds of words said as one: with and without the article that they begin with."""
    if not words:
        return
    behind, before = "", words[0]
    for word in words[1:]:
        # Ben Nacer and Bennacer.
        once = before.ends_with and before.ends_with == word.behind[:1]
        behind += word.behind[1:] if once else word.behind
        before = word
    first = words[0]
    starts = [(VOWEL if first.begins_with_vowel else "") + first.consonants]
    if first.article:
        starts.append(first.behind)
    for start in starts:
        sound = start + behind
        # Salah and صلاح, Abdallah and عبد الله: what is breathed at the end is often not written.
        sound = sound[:-1] if before.ends_with == "h" and len(sound) > 1 else sound
        if sound:
            yield sound[:LONGEST_SOUND]


def _words(name: str) -> list[_Word]:
    return [_word(one) for one in _written(name)]


def _word(written: str) -> _Word:
    written = SON.get(written, written)
    article = ARTICLE.match(written) if written not in ARTICLES else None
    # An article that was written apart stands before its word, with a hyphen.
    bare = written[article.end() :] if article else written
    bare = bare.lstrip("-")
    consonants = _consonants(bare)
    last = _consonants(bare[-2:])[-1:]
    silent = bare[-1:] in BEGINS_LIKE_A_VOWEL or bare[-1:] == "ة"
    return _Word(
        consonants,
        bare[:1] in BEGINS_LIKE_A_VOWEL,
        article is not None,
        "" if silent else last,
    )


def _consonants(bare: str) -> str:
    bare = bare.replace("تش", "ش")
    for pattern, sound in LATIN_GROUPS:
        bare = re.sub(pattern, sound, bare)
    return "".join(
        OF_GROUPS.get(sign) or OF_ARABIC.get(sign) or OF_LATIN.get(sign) or _digit(sign)
        for sign in bare
    )


def _digit(sign: str) -> str:
    return str(unicodedata.digit(sign)) if sign.isdigit() else ""


def _written(name: str) -> list[str]:
    """The words as they are written, without accents, vowels of Arabic and the legal form."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ç", "ss"))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    letters = letters.replace("ٱ", "ا").replace("ى", "ي").replace("ـ", "")
    words = re.findall(r"\w+", letters)
    while len(words) > 1 and words[0].replace("ة", "ه") in LEGAL_FORMS:
        words = words[1:]
    found: list[str] = []
    for word in words:
        if found and found[-1] in ARTICLES:
            found[-1] = f"ال-{word}"
        else:
            found.append(_without_mute(word))
    return found


def _without_mute(word: str) -> str:
    """فاطمه, as many write فاطمة; of الله the breath is heard."""
    return word[:-1] + "ة" if len(word) > 3 and word.endswith("ه") and word[-3:] != "لله" else word
