"""What an employer is told of each reason code: one plain sentence, whose fault, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.data.loader import load_reasons
from webapp.domain.reasons import ActionClass, Fault, NextStep

SENTENCES: Mapping[str, LazyString] = {
    "AC01": _l("The account number is missing, or not written as the bank expects."),
    "AC02": _l("The bank does not find the account that was to be debited."),
    "AC03": _l("The fund's own account number was wrong in the file."),
    "AC04": _l("The account is closed."),
    "AC05": _l("The bank says that the account to be debited was closed."),
    "AC06": _l("The account is blocked: the bank books nothing on it."),
    "AC07": _l("The fund's own account is closed."),
    "AC10": _l("The account is not kept in dinars."),
    "AC13": _l("This kind of account takes no debits: a current account is needed."),
    "AC14": _l("An account or a bank on the fund's side was not valid."),
    "AC15": _l("The details of the account have changed at the bank."),
    "AG01": _l(
        "Debits are forbidden on this kind of account, such as savings or foreign currency."
    ),
    "AG02": _l("The code of the operation in the file is not the one that the bank expects."),
    "AG03": _l("The bank carries out no automatic debits on this account."),
    "AM01": _l("The amount in the file was zero."),
    "AM02": _l("The amount is above the largest that the bank allows."),
    "AM03": _l("The bank cannot process the currency in the file."),
    "AM04": _l("The account did not hold enough."),
    "AM05": _l("The bank took the debit for a second copy of another one."),
    "AM06": _l("The amount is below the smallest that the bank processes."),
    "AM07": _l("The money on the account is blocked by an authority."),
    "AM09": _l("The amount is not the one that the account holder expected."),
    "AM10": _l("The sum stated in the file did not match its amounts."),
    "AM14": _l("The amount is above the limit agreed between the bank and the account holder."),
    "AM17": _l("The sum stated for the batch did not match its amounts."),
    "AM18": _l("The number of debits stated in the file was wrong."),
    "BE01": _l("The name of the account holder is not that of the enterprise."),
    "BE05": _l("The bank or the account holder did not recognise the fund as the one who debits."),
    "BE06": _l("The account holder is not, or no longer, a customer of that bank."),
    "CNOR": _l("The fund's bank is not registered in the clearing system."),
    "DNOR": _l("The bank of the account is not registered in the clearing system."),
    "CURR": _l("The currency of the debit was not the right one."),
    "CUST": _l("The account holder asked the bank to cancel the debit."),
    "DT01": _l("The bank does not accept the date of the debit."),
    "DT04": _l("The debit reached the bank too early for its date."),
    "DUPL": _l("The bank says that the same payment exists already."),
    "DU01": _l("The number of the message was used before."),
    "DU02": _l("The number of the batch was used before."),
    "DU03": _l("The same debit reached the bank twice."),
    "DU04": _l("The reference of the debit was used before."),
    "DU05": _l("The number of the instruction was used before."),
    "ED05": _l("The banks could not settle the debit between them."),
    "FF01": _l("The bank could not read the file."),
    "FF05": _l("The kind of debit is missing in the file, or the bank does not know it."),
    "FOCR": _l("The fund itself had asked for the debit to be cancelled."),
    "MD01": _l("The bank does not know the authorisation, or no longer."),
    "MD02": _l("Something that the bank needs was missing in the authorisation that it received."),
    "MD05": _l("The debit should not have been made."),
    "MD06": _l("The account holder asked for the money back."),
    "MD07": _l("The bank says that the account holder has died."),
    "MD16": _l("The account holder asked the bank to end or change the authorisation."),
    "MD17": _l("The fund itself had asked to end or change the authorisation."),
    "MS02": _l("The account holder refused the debit without giving a reason."),
    "MS03": _l("The bank refused the debit without giving a reason."),
    "NARR": _l("The bank gave the reason in its own words; an agent reads them."),
    "RC01": _l("The code of the bank is not written in the right form."),
    "RC03": _l("The bank code in the account number is missing or wrong."),
    "RC04": _l("The code of the fund's bank was missing or wrong in the file."),
    "RC08": _l("The clearing system does not know the number of the bank."),
    "RF01": _l("A reference stood twice in the file."),
    "RR01": _l("An account number or identifier that the regulations ask for was missing."),
    "RR02": _l(
        "The name or address of the account holder, which the regulations ask for, was missing."
    ),
    "RR04": _l("The bank refused the debit because of a regulation."),
    "SL01": _l("A service that the account holder has with the bank stopped the debit."),
    "SL11": _l("The fund is not on the list of those whom the account holder lets debit."),
    "SL12": _l("The account holder has forbidden the fund to debit."),
    "TM01": _l("The file reached the bank after its hour."),
    "UPAY": _l("The account holder says that the payment is not owed."),
}
FAULTS: Mapping[Fault, LazyString] = {
    Fault.EMPLOYER: _l("The cause lies with the account or its holder."),
    Fault.BANK: _l("The cause lies with the bank."),
    Fault.FUND: _l("The fault is the fund's."),
    Fault.NOBODY: _l("It is nobody's fault."),
}
WHAT_TO_DO: Mapping[NextStep, LazyString] = {
    NextStep.FUND_ACCOUNT: _l("Please fund the account, or pay the amount another way."),
    NextStep.CHANGE_ACCOUNT: _l(
        "Please enter another account, or the same one with its right number, and sign a new "
        "authorisation."
    ),
    NextStep.SIGN_AGAIN: _l("Please sign a new authorisation; the account may stay the same."),
    NextStep.ASK_BANK: _l("Please ask your bank, and show it the authorisation that you signed."),
    NextStep.CONTACT_AGENCY: _l("Please contact your agency, which looks at it with you."),
    NextStep.NOTHING: _l("You need do nothing for now. What is still owed stays in your list."),
}
BUTTONS: Mapping[NextStep, LazyString] = {
    NextStep.FUND_ACCOUNT: _l("See what is to be paid"),
    NextStep.CHANGE_ACCOUNT: _l("Enter another account"),
    NextStep.SIGN_AGAIN: _l("Sign a new authorisation"),
    NextStep.ASK_BANK: _l("Open the authorisation to show"),
    NextStep.CONTACT_AGENCY: _l("Contact the agency"),
    NextStep.NOTHING: _l("All amounts due"),
}
# What the service does, as the office is told.
FOLLOWS: Mapping[ActionClass, LazyString] = {
    ActionClass.RETRY: _l("Present it again"),
    ActionClass.STOP: _l("Suspend the authorisation, and try nothing more under it"),
    ActionClass.FIX: _l("Suspend the authorisation until the account is put right"),
    ActionClass.CONTACT: _l("Hold the debit until somebody has talked to the employer or the bank"),
    ActionClass.OWN: _l("Hold the debit until the fund's own account is put right"),
    ActionClass.TECH: _l("Hold the debit until the fault in the file is found"),
    ActionClass.NONE: _l("Hold the debit, which the fund itself had called back"),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """A reason code in words. `sentence` is None for a code that nobody knows, or none."""

    code: str | None
    sentence: LazyString | None
    fault: LazyString
    step: NextStep
    what_to_do: LazyString
    button: LazyString
    follows: LazyString
    suspends: bool  # the authorisation


def explain_reason(code: str | None) -> Explained:
    """The filter of templates: what a bank's reason code says, whose fault it is, what to do."""
    reason = load_reasons().get(code or "")
    fault = FAULTS[reason.fault] if reason else _l("It is not known yet where the fault lies.")
    step = reason.next_step if reason else NextStep.CONTACT_AGENCY
    action = reason.action if reason else ActionClass.CONTACT
    return Explained(
        code=code or None,
        sentence=SENTENCES[reason.code] if reason else None,
        fault=fault,
        step=step,
        what_to_do=WHAT_TO_DO[step],
        button=BUTTONS[step],
        follows=FOLLOWS[action],
        suspends=action in {ActionClass.STOP, ActionClass.FIX},
    )
