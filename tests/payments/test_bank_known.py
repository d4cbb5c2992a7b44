"""One operation read in several files (A8): OFX then CSV, exports that overlap; what is doubtful is shown, nothing is doubled."""

from datetime import date, timedelta
from io import BytesIO

import pytest

from app.core.db import db, transaction
from app.payments.models import BankLine, BankStatement
from app.payments.services.bank import receiving
from app.payments.states import BankLineState, StatementState
from tests.cast import Cast
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
PAGE = "/reglements/banque"
DAY = date(2026, 11, 20)
Movement = tuple[int, str, str]  # days after DAY, amount, label


def ofx(*movements: Movement, account: str = "00011234567", prefix: str = "A") -> bytes:
    lines = "".join(
        f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{DAY + timedelta(days=days):%Y%m%d}<TRNAMT>{amount}<FITID>{prefix}{rank}"
        f"<NAME>{label[:20]}<MEMO>{label[20:]}</STMTTRN>\n"
        for rank, (days, amount, label) in enumerate(movements)
    )
    return f"OFXHEADER:100\n<OFX><BANKACCTFROM><ACCTID>{account}</BANKACCTFROM><BANKTRANLIST>{lines}</BANKTRANLIST></OFX>".encode()


def csv(*movements: Movement) -> bytes:
    lines = "".join(
        f"{DAY + timedelta(days=days):%d/%m/%Y};{label};{amount.replace('.', ',')}\n"
        for days, amount, label in movements
    )
    return f"Date;Libellé;Montant\n{lines}".encode()


def read(data: bytes, account: str = "") -> BankStatement:
    with transaction():
        statement = receiving.receive(data, "releve", account=account, by="Claude")
        if statement.state == StatementState.MAPPING:
            receiving.change(statement, ["date", "label", "amount"])
        return receiving.read(statement.id)


def told(data: bytes, account: str = "") -> tuple[int, int, int]:
    """(added, known, doubtful) of a file."""
    statement = read(data, account)
    return statement.added, statement.known, statement.doubtful


PERIOD: tuple[Movement, ...] = (
    (0, "175.00", "VIR RECU M BENYAHIA KARIM F-2026-0012"), (0, "-1.20", "CB BOULANGERIE DU PORT"), (0, "-1.20", "CB BOULANGERIE DU PORT"),
    (1, "-12.90", "FRAIS TENUE DE COMPTE"), (2, "-480.00", "PRLV SEPA URSSAF"),
)  # fmt: skip


def test_the_same_period_in_ofx_then_in_csv_adds_nothing(cast: Cast) -> None:
    assert told(ofx(*PERIOD)) == (5, 0, 0)
    assert told(csv(*PERIOD)) == (0, 5, 0)
    assert told(ofx(*PERIOD)) == (0, 5, 0)
    assert told(csv(*PERIOD)) == (0, 5, 0)
    assert db.session.query(BankLine).count() == 5


def test_in_csv_then_in_ofx_with_its_account_adds_nothing(cast: Cast) -> None:
    assert told(csv(*PERIOD)) == (5, 0, 0)
    assert told(ofx(*PERIOD)) == (0, 5, 0)


def test_capitals_accents_and_words_that_one_format_adds_or_cuts_do_not_matter(cast: Cast) -> None:
    told(ofx((0, "50.00", "VIR SEPA Élève Dupont"), (0, "80.00", "VIR INST MARTIN ADHESION 2026 PART")))
    assert told(csv((0, "50.00", "ELEVE DUPONT"), (0, "80.00", "VIR INST MARTIN ADHESION 2026 PARTICIPATION"))) == (
        0,
        2,
        0,
    )


def test_an_overlap_adds_only_what_follows_and_a_third_like_line_is_a_third(cast: Cast) -> None:
    told(ofx(*PERIOD))
    more = (*PERIOD[:3], (0, "-1.20", "CB BOULANGERIE DU PORT"), *PERIOD[3:], (5, "35.00", "VIR RECU MME LEROY"))
    assert told(csv(*more)) == (2, 5, 0)
    assert sum(row.amount == -120 for row in db.session.query(BankLine)) == 3


def test_other_words_on_the_same_day_for_the_same_amount_are_doubtful(cast: Cast, browser: Browser) -> None:
    told(ofx((0, "175.00", "VIR RECU 8812345"), (0, "20.00", "VIR RECU MME LEROY")))
    desk = browser.as_("compta")
    answer = desk.post(
        PAGE, data={"file": (BytesIO(csv((0, "175.00", "BENYAHIA KARIM"), (0, "20.00", "MME LEROY"))), "r.csv")}
    )
    form = {"field": ["date", "label", "amount"], "encoding": "utf-8", "separator": ";", "do": "lire"}
    shown = desk.get(desk.post(answer.location, data=form).location).text
    assert "1 déjà connue" in shown
    assert "1 peut-être déjà là" in shown
    assert "BENYAHIA KARIM" in shown
    assert "VIR RECU 8812345" in shown
    line = db.session.query(BankLine).filter_by(label="BENYAHIA KARIM").one()
    assert line.state == BankLineState.DOUBTFUL
    assert "BENYAHIA KARIM" not in desk.get(PAGE).text.partition('id="lignes"')[2], "not to be matched yet"
    assert "1 ligne est peut-être déjà là" in desk.get(PAGE).text.replace("\xa0", " ")


def doubtful() -> BankLine:
    told(ofx((0, "175.00", "VIR RECU 8812345")))
    told(csv((0, "175.00", "BENYAHIA KARIM")))
    return db.session.query(BankLine).filter_by(state=BankLineState.DOUBTFUL).one()


def test_the_same_is_left_out_and_read_again_stays_so(cast: Cast, browser: Browser) -> None:
    line, desk = doubtful(), browser.as_("compta")
    assert "VIR RECU 8812345" in desk.get(f"{PAGE}/lignes/{line.id}").text
    assert desk.post(f"{PAGE}/lignes/{line.id}/doute", verdict="meme").status_code == 303
    assert desk.post(f"{PAGE}/lignes/{line.id}/doute", verdict="meme").status_code == 409
    assert db.session.get_one(BankLine, line.id).state == BankLineState.IGNORED
    assert told(csv((0, "175.00", "BENYAHIA KARIM"))) == (0, 1, 0)
    assert told(csv((0, "175.00", "BENYAHIA KARIM"), (0, "175.00", "LEROY ANNE"))) == (1, 1, 0), (
        "the line it doubles stands for it"
    )


def test_another_is_matched_as_any_other(cast: Cast, browser: Browser) -> None:
    line, desk = doubtful(), browser.as_("compta")
    desk.post(f"{PAGE}/lignes/{line.id}/doute", verdict="autre")
    assert "BENYAHIA KARIM" in desk.get(PAGE).text.partition('id="lignes"')[2]
    assert told(csv((0, "175.00", "BENYAHIA KARIM"))) == (0, 1, 0)


def test_all_of_them_are_left_out_in_one_click(cast: Cast, browser: Browser) -> None:
    told(ofx((0, "175.00", "VIR RECU 8812345"), (0, "20.00", "VIR RECU 8812346")))
    told(csv((0, "175.00", "BENYAHIA KARIM"), (0, "20.00", "MME LEROY")))
    desk = browser.as_("compta")
    assert "2 lignes laissées de côté" in desk.post(f"{PAGE}/doutes", follow=True).text.replace("\xa0", " ")
    assert db.session.query(BankLine).filter_by(state=BankLineState.DOUBTFUL).count() == 0


def test_one_put_back_among_those_to_match_is_no_longer_a_double(cast: Cast, browser: Browser) -> None:
    line, desk = doubtful(), browser.as_("compta")
    desk.post(f"{PAGE}/lignes/{line.id}/doute", verdict="meme")
    desk.post(f"{PAGE}/lignes/{line.id}/reprise")
    again = db.session.get_one(BankLine, line.id)
    assert (again.state, again.twin_id) == (BankLineState.TO_MATCH, None)


def test_an_operation_whose_two_dates_differ_is_doubtful(cast: Cast) -> None:
    told(ofx(*PERIOD))
    later = (
        (0, "-1.20", "CB BOULANGERIE DU PORT"),
        (0, "-1.20", "CB BOULANGERIE DU PORT"),
        (3, "-480.00", "PRLV SEPA URSSAF"),
    )
    assert told(csv(*later)) == (0, 2, 1)


def test_what_comes_back_each_day_is_new_each_day(cast: Cast) -> None:
    told(ofx((0, "-1.20", "CB BOULANGERIE DU PORT")))
    assert told(csv((1, "-1.20", "CB BOULANGERIE DU PORT"), (2, "-1.20", "CB BOULANGERIE DU PORT"))) == (2, 0, 0)


def test_two_accounts_are_never_compared(cast: Cast) -> None:
    told(ofx((0, "175.00", "VIR RECU M BENYAHIA")))
    assert told(ofx((0, "175.00", "VIR RECU M BENYAHIA"), account="00099999999", prefix="B")) == (1, 0, 0)
    assert told(csv((0, "175.00", "VIR RECU M BENYAHIA")), account="Livret") == (1, 0, 0)


def test_when_the_bank_numbers_them_otherwise_a_person_looks(cast: Cast) -> None:
    told(ofx((0, "-1.20", "CB BOULANGERIE DU PORT")))
    assert told(ofx((0, "-1.20", "CB BOULANGERIE DU PORT"), prefix="Z")) == (0, 0, 1)


def test_a_long_statement_is_sorted_out_in_one_question(cast: Cast, queries: list[str]) -> None:
    many = [(rank % 25, f"{rank % 40}.00", f"VIR RECU CLIENT {rank}") for rank in range(900)]
    told(ofx(*many))
    queries.clear()
    assert told(csv(*many)) == (0, 900, 0)
    assert sum("FROM bank_line" in text for text in queries) == 1
