"""Thirty learners, an instructor and an administrator, all invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str


INSTRUCTOR = Person("Marta Oyelaran", "instructor@example.org")
ADMINISTRATOR = Person("Jonas Lindqvist", "admin@example.org")
LEARNERS = tuple(
    Person(name, f"{address}@example.org")
    for name, address in (
        ("Abebe Tadesse", "abebe.tadesse"),
        ("Aiko Morimoto", "aiko.morimoto"),
        ("Ana Beatriz Fonseca", "ana.fonseca"),
        ("Anjali Raghunathan", "anjali.raghunathan"),
        ("Björk Hallgrímsdóttir", "bjork.hallgrimsdottir"),
        ("Chinedu Okwuosa", "chinedu.okwuosa"),
        ("Dilnoza Yusupova", "dilnoza.yusupova"),
        ("Eero Koskela", "eero.koskela"),
        ("Farida Haidari", "farida.haidari"),
        ("Giorgi Beridze", "giorgi.beridze"),
        ("Huỳnh Thị Lan", "lan.huynh"),
        ("İpek Karadağ", "ipek.karadag"),
        ("Jiří Havránek", "jiri.havranek"),
        ("Kofi Asamoah", "kofi.asamoah"),
        ("Leila Benhaddou", "leila.benhaddou"),
        ("Łukasz Wiśniak", "lukasz.wisniak"),
        ("Malia Kahananui", "malia.kahananui"),
        ("Mateo Quispe Rojas", "mateo.quispe"),
        ("Nadia Chowdhury", "nadia.chowdhury"),
        ("Niamh Gallagher", "niamh.gallagher"),
        ("Omar Al-Khatib", "omar.alkhatib"),
        ("Park Seo-yeon", "seoyeon.park"),
        ("Rafael Domínguez", "rafael.dominguez"),
        ("Sanne van der Velde", "sanne.vandervelde"),
        ("Siti Rahmawati", "siti.rahmawati"),
        ("Tamar Ben-Ami", "tamar.benami"),
        ("Thabo Mokoena", "thabo.mokoena"),
        ("Wiremu Parata", "wiremu.parata"),
        ("Xu Jingyi", "jingyi.xu"),
        ("Zoé Lemoine", "zoe.lemoine"),
    )
)
