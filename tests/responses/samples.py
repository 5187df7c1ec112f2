"""Answers as receivers write them, invented."""

from __future__ import annotations


def interchange(*bodies: str, control: str = "000000009", terminator: str = "~", ta1: str = "") -> str:
    """Return an interchange of functional groups, one for each body of transaction sets."""
    parties = "ISA*00*          *00*          *ZZ*CLEARTEST      *ZZ*EDIGUARDTEST   "
    isa = f"{parties}*261124*0800*^*00501*{control}*0*T*:"
    groups = [
        f"GS*FA*CLEARTEST*EDIGUARDTEST*20261124*0800*{n}*X*{_version(body)}~{body}GE*1*{n}~"
        for n, body in enumerate(bodies, 1)
    ]
    text = f"{isa}~{ta1}{''.join(groups)}IEA*{len(groups)}*{control}~"
    return text.replace("~", terminator)


def _version(body: str) -> str:
    return next((v for v in ("005010X231A1", "005010X214") if v in body), "005010")


def transaction(kind: str, version: str, *segments: str) -> str:
    """Return a transaction set."""
    st = f"ST*{kind}*0001*{version}~" if version else f"ST*{kind}*0001~"
    return f"{st}{''.join(f'{segment}~' for segment in segments)}SE*{len(segments) + 2}*0001~"


def ack_999(group: str = "1", code: str = "A", *segments: str) -> str:
    """Return a 999 that answers one group."""
    return transaction(
        "999", "005010X231A1", f"AK1*HC*{group}*005010X222A1", *segments, f"AK9*{code}*1*1*{int(code == 'A')}"
    )


def ack_277(*claims: tuple[str, str], batch: str = "BATCH0001") -> str:
    """Return a 277CA: claim numbers, each with its status, e.g. ``A1:20``."""
    segments = ["BHT*0085*08*REF1*20261124*0800*TH", "HL*1**20*1", "NM1*AY*2*CLEARING*****46*CLEARTEST"]
    segments += ["TRN*1*TRACE1", "DTP*050*D8*20261124", "DTP*009*D8*20261124"]
    segments += ["HL*2*1*21*1", "NM1*41*2*EDI GUARD*****46*EDIGUARDTEST", f"TRN*2*{batch}"]
    segments += ["STC*A1:19*20261124*WQ*100", "HL*3*2*19*1", "NM1*85*2*SAMPLE*****XX*1999900016"]
    for number, (claim, status) in enumerate(claims, 4):
        action = "WQ" if status.startswith(("A1", "A2")) else "U"
        segments += [f"HL*{number}*3*PT", "NM1*QC*1*DOE*JANE****MI*W000000001", f"TRN*2*{claim}"]
        segments += [f"STC*{status}*20261124*{action}*200", "REF*1K*PAYER123", "DTP*472*D8*20261102"]
    return transaction("277", "005010X214", *segments)


TA1_ACCEPTED = "TA1*000000001*261123*1200*A*000~"
TA1_REJECTED = "TA1*000000001*261123*1200*R*006~"
