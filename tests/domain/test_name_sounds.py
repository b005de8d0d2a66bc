"""A name sounds the same in both scripts, and from each of its words on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.name_sounds import (
    LONGEST_SOUND,
    LONGEST_SOUNDS,
    is_whole,
    sounds_asked,
    sounds_of,
)

PAIRS = [
    ("Benali", "بن علي"), ("Ben Ali", "بن علي"), ("Bouchareb", "بوشارب"), ("Khelifi", "خليفي"),
    ("Chérif", "شريف"), ("Djamel", "جمال"), ("Jamel", "جمال"), ("Ouahab", "وهاب"),
    ("Wahab", "وهاب"), ("Kadri", "قادري"), ("Boudiaf", "بوضياف"), ("Haddad", "حداد"),
    ("Mansouri", "منصوري"), ("Belkacem", "بلقاسم"), ("Belgacem", "بلقاسم"), ("Zerrouki", "زروقي"),
    ("Larbi", "العربي"), ("Guerfi", "قرفي"), ("Mokrani", "مقراني"), ("Bensalem", "بن سالم"),
    ("Touati", "تواتي"), ("Kaci", "قاسي"), ("Yahiaoui", "يحياوي"), ("Messaoudi", "مسعودي"),
    ("Ouali", "والي"), ("Djaballah", "جاب الله"), ("Attia", "عطية"), ("Belaïd", "بلعيد"),
    ("Chaouche", "شاوش"), ("Ghezali", "غزالي"), ("Sahraoui", "صحراوي"), ("Fatima", "فاطمة"),
    ("Abdelkader", "عبد القادر"), ("Abdel Kader", "عبد القادر"), ("Abderrahmane", "عبد الرحمن"),
    ("Abdelaziz", "عبد العزيز"), ("Abdallah", "عبد الله"), ("Noureddine", "نور الدين"),
    ("Nour Eddine", "نور الدين"), ("Salah Eddine", "صلاح الدين"), ("Lakhdar", "الأخضر"),
    ("Laïd", "العيد"), ("Mustapha", "مصطفى"), ("Ouyahia", "أويحيى"), ("Othmane", "عثمان"),
    ("El Hadj", "الحاج"), ("Hadj", "الحاج"), ("Bennacer", "بن ناصر"), ("Ben Nacer", "بن ناصر"),
    ("Boubekeur", "بوبكر"), ("Fatma Zohra", "فاطمة الزهراء"), ("Guerroudj", "قروج"),
    ("Ramdane", "رمضان"), ("Hafidh", "حفيظ"), ("Cheikh", "شيخ"), ("Salah", "صالح"),
    ("Essaïd", "السعيد"), ("Tchikou", "تشيكو"), ("Oussama", "أسامة"), ("Aïssa", "عيسى"),
]  # fmt: skip


def finds(typed: str, name: str) -> bool:
    """Whether the search of the desk, which does the same in the database, finds the name."""
    sounds = sounds_of(name)
    whole, each = sounds_asked(typed)

    def begins(wanted: frozenset[str]) -> bool:
        return any((f" {one} " if is_whole(one) else f" {one}") in sounds for one in wanted)

    return begins(whole) or (bool(each) and all(map(begins, each)))


@pytest.mark.parametrize(("latin", "arabic"), PAIRS)
def test_a_name_is_found_in_the_other_script(latin: str, arabic: str) -> None:
    assert finds(latin, arabic) and finds(arabic, latin)
    assert finds(latin, f"مؤسسة أشغال البناء {arabic} محمد")
    assert finds(arabic, f"SARL Travaux {latin} et fils")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("بوشارب", "Boucherit"), ("benali", "بن عمر"), ("kadri", "غادري"), ("chérif", "سريف"),
        ("ali", "Alger Centre"), ("hamdi", "محمد"), ("djamel", "كمال"),
    ],
)  # fmt: skip
def test_names_that_sound_otherwise_are_not_found(typed: str, name: str) -> None:
    assert not finds(typed, name)


def test_words_are_found_in_any_order_but_all_of_them() -> None:
    assert finds("mohamed benali", "ETB Benali Mohamed")
    assert finds("بن علي محمد", "Mohamed Benali")
    assert not finds("mohamed benali", "ETB Benali Karim")


@pytest.mark.parametrize("name", ["", "…", "'", "SARL"])
def test_what_says_nothing_has_few_sounds(name: str) -> None:
    assert sounds_of(name) in ("", " srl ")


@given(st.lists(st.text(max_size=140), max_size=2))
def test_sounds_fit_their_column_and_hold_nothing_but_letters_and_digits(names: list[str]) -> None:
    sounds = sounds_of(*names)
    assert len(sounds) <= LONGEST_SOUNDS
    assert all(one.isascii() and one.isalnum() and one == one.lower() for one in sounds.split())
    assert all(len(one) <= LONGEST_SOUND for one in sounds.split())


@given(st.lists(st.sampled_from([name for pair in PAIRS for name in pair]), min_size=1, max_size=3))
def test_a_name_is_found_by_each_of_its_words_and_without_its_spaces(words: list[str]) -> None:
    name = " ".join(words)
    assert all(finds(word, name) for word in words)
    assert finds(name, name)


@given(st.text(alphabet=st.characters(categories=["L", "Mn", "Zs"]), max_size=60))
def test_a_name_is_found_by_itself_in_capitals_too(name: str) -> None:
    assert finds(name.upper(), name) == finds(name, name)
    assert finds(name, name) or not sounds_asked(name)[0]
