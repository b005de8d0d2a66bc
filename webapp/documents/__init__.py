"""The papers of the service as PDF, and its calendars: what stands on each, in both languages."""

from webapp.documents.authorisation import authorisation_pdf as authorisation_pdf
from webapp.documents.authorisation import parts_of_authorisation as parts_of_authorisation
from webapp.documents.calendar_file import calendar_file as calendar_file
from webapp.documents.certificate import certificate_pdf as certificate_pdf
from webapp.documents.data_export import data_export_pdf as data_export_pdf
from webapp.documents.day_report import day_report_pdf as day_report_pdf
from webapp.documents.figure_sheets import figures_csv as figures_csv
from webapp.documents.figure_sheets import figures_workbook as figures_workbook
from webapp.documents.prepared_form import prepared_forms_pdf as prepared_forms_pdf
from webapp.documents.proof_pack import proof_pack_pdf as proof_pack_pdf
from webapp.documents.receipt import receipt_pdf as receipt_pdf
from webapp.documents.run_report import run_report_pdf as run_report_pdf
from webapp.documents.statement import statement_pdf as statement_pdf
from webapp.documents.summary import summary_pdf as summary_pdf
