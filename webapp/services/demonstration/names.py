"""The words of which the demonstration makes names: French and Arabic, side by side.

No name is meant: families, first names and forms are combined by chance.
"""

from __future__ import annotations

# The form of an enterprise: of one person (who gives the name), or of a company.
PERSONAL_FORMS = (
    ("ETB", "مؤسسة أشغال البناء"),
    ("ETP", "مؤسسة الأشغال العمومية"),
    ("ETH", "مؤسسة أشغال الري"),
    ("ETBTP", "مؤسسة أشغال البناء والأشغال العمومية"),
)
COMPANY_FORMS = (
    ("SARL", "ش.ذ.م.م"),
    ("EURL", "م.ش.و.ذ.م.م"),
    ("SPA", "ش.ذ.أ"),
    ("SNC", "ش.ت"),
)
TRADES = (
    ("Bâtiment", "للبناء"),
    ("Travaux", "للأشغال"),
    ("Construction", "للتشييد"),
    ("Travaux publics", "للأشغال العمومية"),
    ("Hydraulique", "للري"),
    ("Routes", "للطرقات"),
    ("Génie civil", "للهندسة المدنية"),
    ("Promotion", "للترقية العقارية"),
    ("Réseaux", "للشبكات"),
    ("Terrassement", "لأعمال الحفر"),
)
SIGNS = (
    ("El Amel", "الأمل"), ("Ennour", "النور"), ("El Feth", "الفتح"), ("El Wafa", "الوفاء"),
    ("Essalam", "السلام"), ("Nedjma", "النجمة"), ("El Atlas", "الأطلس"), ("Djurdjura", "جرجرة"),
    ("Essahel", "الساحل"), ("Hoggar", "الهقار"), ("Tassili", "الطاسيلي"), ("Ziban", "الزيبان"),
    ("Hodna", "الحضنة"), ("Ouarsenis", "الونشريس"), ("Aurès", "الأوراس"), ("El Bina", "البناء"),
    ("El Itqan", "الإتقان"), ("El Moustaqbal", "المستقبل"), ("El Baraka", "البركة"),
    ("Ettadamoun", "التضامن"), ("El Ikhlas", "الإخلاص"), ("Errihab", "الرحاب"),
    ("El Manar", "المنار"), ("Essomoud", "الصمود"),
)  # fmt: skip
FAMILIES = (
    ("Benali", "بن علي"), ("Boudiaf", "بوضياف"), ("Haddad", "حداد"), ("Saïdi", "سعيدي"),
    ("Mansouri", "منصوري"), ("Belkacem", "بلقاسم"), ("Cherif", "شريف"), ("Hamdi", "حمدي"),
    ("Zerrouki", "زروقي"), ("Bouzid", "بوزيد"), ("Meziane", "مزيان"), ("Khelifi", "خليفي"),
    ("Brahimi", "براهيمي"), ("Larbi", "العربي"), ("Toumi", "تومي"), ("Guerfi", "قرفي"),
    ("Rahmani", "رحماني"), ("Slimani", "سليماني"), ("Djebbar", "جبار"), ("Mokrani", "مقراني"),
    ("Ferhat", "فرحات"), ("Amrani", "عمراني"), ("Bensalem", "بن سالم"), ("Touati", "تواتي"),
    ("Kaci", "قاسي"), ("Yahiaoui", "يحياوي"), ("Messaoudi", "مسعودي"), ("Hamidi", "حميدي"),
    ("Lounis", "لونيس"), ("Bachir", "بشير"), ("Ouali", "والي"), ("Djaballah", "جاب الله"),
    ("Merabet", "مرابط"), ("Attia", "عطية"), ("Belaïd", "بلعيد"), ("Chaouche", "شاوش"),
    ("Debbah", "دباح"), ("Ghezali", "غزالي"), ("Nacer", "ناصر"), ("Sahraoui", "صحراوي"),
)  # fmt: skip
FIRST_NAMES = (
    ("Mohamed", "محمد"), ("Ahmed", "أحمد"), ("Karim", "كريم"), ("Fatima", "فاطمة"),
    ("Rachid", "رشيد"), ("Samira", "سميرة"), ("Abdelkader", "عبد القادر"), ("Nadia", "نادية"),
    ("Youcef", "يوسف"), ("Amine", "أمين"), ("Salima", "سليمة"), ("Omar", "عمر"),
    ("Hakim", "حكيم"), ("Yamina", "يمينة"), ("Mourad", "مراد"), ("Nabil", "نبيل"),
    ("Khadidja", "خديجة"), ("Brahim", "إبراهيم"), ("Farid", "فريد"), ("Soraya", "ثريا"),
    ("Tahar", "الطاهر"), ("Kamel", "كمال"), ("Djamila", "جميلة"), ("Said", "السعيد"),
)  # fmt: skip
# How often an employer sits in which wilaya; all the others together weigh as much as Algiers.
BUSY_WILAYAS = {
    "16": 120, "31": 70, "25": 50, "19": 60, "09": 45, "15": 45, "06": 45, "35": 40, "30": 30,
    "23": 35, "05": 35, "13": 30, "34": 25, "26": 20, "17": 20, "07": 20, "28": 20, "02": 20,
}  # fmt: skip
PLACES = {
    "02": (("Ténès", "تنس"), ("Oued Fodda", "وادي الفضة")),
    "05": (("Barika", "بريكة"), ("Aïn Touta", "عين التوتة"), ("Merouana", "مروانة")),
    "06": (("Akbou", "أقبو"), ("El Kseur", "القصر"), ("Amizour", "أميزور")),
    "07": (("Tolga", "طولقة"), ("Sidi Okba", "سيدي عقبة")),
    "09": (("Boufarik", "بوفاريك"), ("Larbaâ", "الأربعاء"), ("Mouzaïa", "موزاية")),
    "13": (("Maghnia", "مغنية"), ("Ghazaouet", "الغزوات"), ("Remchi", "الرمشي")),
    "15": (("Azazga", "عزازقة"), ("Draâ Ben Khedda", "ذراع بن خدة"), ("Tigzirt", "تيقزيرت")),
    "16": (
        ("Aïn El Malha", "عين المالحة"), ("Bab Ezzouar", "باب الزوار"), ("Birtouta", "بئر توتة"),
        ("Draria", "الدرارية"), ("Réghaïa", "الرغاية"), ("Sidi Abdellah", "سيدي عبد الله"),
        ("Zéralda", "زرالدة"), ("Ouled Fayet", "أولاد فايت"),
    ),
    "17": (("Hassi Bahbah", "حاسي بحبح"), ("Birine", "بيرين")),
    "19": (("El Eulma", "العلمة"), ("Aïn Oulmene", "عين ولمان"), ("Aïn Arnat", "عين أرنات")),
    "23": (("El Bouni", "البوني"), ("Sidi Amar", "سيدي عمار"), ("Berrahal", "برحال")),
    "25": (("Ali Mendjeli", "علي منجلي"), ("El Khroub", "الخروب"), ("Aïn Smara", "عين السمارة")),
    "26": (("Berrouaghia", "البرواقية"), ("Beni Slimane", "بني سليمان")),
    "28": (("Sidi Aïssa", "سيدي عيسى"), ("Magra", "مقرة")),
    "30": (("Hassi Messaoud", "حاسي مسعود"), ("Rouissat", "الرويسات")),
    "31": (
        ("Es Senia", "السانية"), ("Arzew", "أرزيو"), ("Bir El Djir", "بئر الجير"),
        ("Misserghin", "مسرغين"),
    ),
    "34": (("Ras El Oued", "رأس الوادي"), ("Bordj Ghedir", "برج غدير")),
    "35": (("Boudouaou", "بودواو"), ("Khemis El Khechna", "خميس الخشنة"), ("Dellys", "دلس")),
}  # fmt: skip
# What a worksite builds: French, Arabic, and the numbers that may stand in it.
WORKS = (
    ("{n} logements", "ورشة {n} مسكن", (40, 80, 120, 200, 300, 500)),
    ("{n} logements promotionnels aidés", "{n} مسكن ترقوي مدعم", (60, 100, 150, 250)),
    ("École primaire, groupe {n}", "إنجاز المجمع المدرسي رقم {n}", (1, 2, 3, 4, 5)),
    ("Lycée de {n} places", "إنجاز ثانوية بسعة {n} مقعد", (800, 1000)),
    ("Hôpital de {n} lits", "إنجاز مستشفى {n} سريرا", (60, 120, 240)),
    ("Route de wilaya n° {n}", "تهيئة الطريق الولائي رقم {n}", (2, 7, 12, 45, 101, 233)),
    ("Ouvrage d'art n° {n}", "إنجاز المنشأة الفنية رقم {n}", (1, 2, 3, 4)),
    ("Réseau d'assainissement, lot {n}", "شبكة التطهير، الحصة {n}", (1, 2, 3, 4, 5, 6)),
    ("Adduction d'eau, tronçon {n}", "جلب المياه، الشطر {n}", (1, 2, 3, 4)),
    ("Réservoir de {n} m³", "خزان ماء بسعة {n} م³", (500, 1000, 2000, 5000)),
    ("Voirie, lot {n}", "تهيئة الطرق الحضرية، الحصة {n}", (1, 2, 3, 4, 5)),
)
