"""What the fund of the demonstration has at hand: collecting accounts, the text to be signed."""

from __future__ import annotations

from webapp.models import Language
from webapp.services.reference_data import NewChannel

# The demonstration's two collecting accounts, written as IBANs would be: `mock-bank` asks for it.
# The first one's RIB is of CPA, the second one's of the post.
CHANNELS = (
    NewChannel(
        code="CPA",
        institution_fr="Crédit Populaire d'Algérie",
        institution_ar="القرض الشعبي الجزائري",
        creditor_agent="004",
        creditor_account="DZ4000400174401001050486",
        banks=(),
    ),
    NewChannel(
        code="POST",
        institution_fr="Algérie Poste",
        institution_ar="بريد الجزائر",
        creditor_agent="007",
        creditor_account="DZ6600799999000073120455",
        banks=("007",),
    ),
)
AUTHORISATION = {
    Language.ARABIC: (
        "بصفتي الشخص المخوَّل بالإمضاء على هذا الحساب، أرخّص للصندوق الوطني للعطل المدفوعة الأجر "
        "والبطالة الناجمة عن سوء الأحوال الجوية لقطاعات البناء والأشغال العمومية والري (كاكوبات) "
        "بأن يقتطع منه دوريا، عند حلول موعد الدفع، الاشتراكات التي تصرّح بها المؤسسة والمستحقات "
        "الأخرى المبيَّنة في الإشعار المسبق."
    ),
    Language.FRENCH: (
        "Habilité(e) à signer sur ce compte, j'autorise la Caisse nationale des congés payés et "
        "du chômage-intempéries des secteurs du bâtiment, des travaux publics et de l'hydraulique "
        "(CACOBATPH) à y prélever périodiquement, à l'échéance, les cotisations déclarées par "
        "l'entreprise et les autres montants dus indiqués dans le préavis."
    ),
}
