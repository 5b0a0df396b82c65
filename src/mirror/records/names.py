"""Names that the columns of a file have had, client by client and year by year: data, no code.

Names are plain: lower case, letters and digits only.
"""

RECORD_COLUMNS = (
    "type_code",
    "freq_code",
    "period",
    "reporter_code",
    "flow_code",
    "partner_code",
    "partner2_code",
    "classification_code",
    "is_original_classification",
    "cmd_code",
    "customs_code",
    "mos_code",
    "mot_code",
    "net_wgt",
    "is_net_wgt_estimated",
    "cif_value",
    "fob_value",
    "primary_value",
    "last_released",
)
"""Fields of a record that the method reads, all text, null where the file has none."""

QUANTITY_COLUMNS = ("qty_unit_code", "qty")
"""Fields of a record that only tell in which unit its weight is; they are not kept."""

AVAILABILITY_COLUMNS = (
    "freq_code",
    "period",
    "reporter_code",
    "total_records",
    "dataset_checksum",
    "first_released",
    "last_released",
)

BILATERAL_COLUMNS = (
    "freq_code",
    "period",
    "reporter_code",
    "flow_code",
    "partner_code",
    "cmd_code",
    "primary_value",
    "mirror_primary_value",
)

COLUMNS = {
    "records": RECORD_COLUMNS,
    "availability": AVAILABILITY_COLUMNS,
    "bilateral": BILATERAL_COLUMNS,
}
"""Columns of each kind of table that a file can hold."""

NEEDED = {
    "records": ("period", "reporter_code", "flow_code", "partner_code", "cmd_code", "net_wgt",
                "primary_value"),
    "availability": ("freq_code", "period", "reporter_code", "total_records", "last_released"),
    "bilateral": BILATERAL_COLUMNS[1:],
}  # fmt: skip

NULLABLE = {
    "records": {"net_wgt"},
    "availability": set[str](),
    "bilateral": {"primary_value", "mirror_primary_value"},
}
"""Needed fields that may be null in every row, and so be left out of a whole reply."""

ALIASES = {
    # downloads of the website before 2022, and bulk files
    "classification": "classification_code",
    "tradeflowcode": "flow_code",
    "2ndpartnercode": "partner2_code",
    "customsproccode": "customs_code",
    "modeoftransportcode": "mot_code",
    "commoditycode": "cmd_code",
    "netweightkg": "net_wgt",
    "tradevalueus": "primary_value",
    "ciftradevalueus": "cif_value",
    "fobtradevalueus": "fob_value",
    "publicationdate": "last_released",
    # R's comtradr before 1.0, and tables made from it
    "tradevalueusd": "primary_value",
    "ciftradevalueusd": "cif_value",
    "fobtradevalueusd": "fob_value",
    # the API before 2023, in machine-readable form
    "pfcode": "classification_code",
    "rgcode": "flow_code",
    "rtcode": "reporter_code",
    "ptcode": "partner_code",
    "ptcode2": "partner2_code",
    "cstcode": "customs_code",
    "motcode": "mot_code",
    "netweight": "net_wgt",
    "tradevalue": "primary_value",
    "cifvalue": "cif_value",
    "fobvalue": "fob_value",
    # quantities beside the weight
    "qty": "qty",
    "qtyunitcode": "qty_unit_code",
    "tradequantity": "qty",
    "qtcode": "qty_unit_code",
    # common in notebooks
    "netwgtkg": "net_wgt",
    "primaryvalueusd": "primary_value",
    "hscode": "cmd_code",
}
"""Other names of a field."""

INSTEAD = {
    "period": ("refdate", "refyear", "year", "yr"),
    "reporter_code": ("reporteriso", "rt3iso", "reporterdesc", "rttitle", "reporter"),
    "partner_code": ("partneriso", "pt3iso", "partnerdesc", "pttitle", "partner"),
    "flow_code": ("flowdesc", "tradeflow", "rgdesc", "flow"),
    "cmd_code": ("commodity",),
}
"""Where a field has no column of its own: columns that say the same in words, best first."""

NUMBERED_FLOWS = frozenset({"tradeflowcode", "rgcode"})
"""Columns in which a flow is a number: 1 import, 2 export, 3 re-export, 4 re-import."""

BILATERAL_MARKS = frozenset({"mirrorprimaryvalue", "mirrornetwgt", "primaryvaluedisc"})

KNOWN_UNUSED = frozenset(
    """refperiodid refdate refyear refmonth reporteriso reporterdesc flowdesc partneriso partnerdesc
    partner2iso partner2desc classificationsearchcode cmddesc aggrlevel isleaf customsdesc motdesc
    qtyunitabbr isqtyestimated altqtyunitcode altqtyunitabbr altqty
    isaltqtyestimated grosswgt isgrosswgtestimated legacyestimationflag isreported isaggregate
    datasetcode year perioddesc aggregatelevel isleafcode tradeflow reporter partner 2ndpartner
    2ndpartneriso customs modeoftransport commodity qtyunit altqtyunit grossweightkg flag
    mirrornetwgt primaryvaluedisc isextendedflowcode isextendedpartnercode
    isextendedpartner2code isextendedcmdcode isextendedcustomscode isextendedmotcode
    yr rgdesc rttitle rt3iso pttitle pt3iso pttitle2 pt3iso2 cstdesc motdesc cmddesce qtdesc
    qtaltcode qtaltdesc altquantity grossweight estcode""".split()
)

INDEX_COLUMNS = r"|index|level\d+|unnamed\d+|unnamed\d+\d*|rownames|x\d*|rowid"
"""Columns that count the rows of a frame of pandas or R, as a pattern; none of the service's."""

FOREIGN = (
    ("a table of WITS", frozenset({"tradevaluein1000usd"}),
     "its values are in thousand USD and its codes are its own: download the same trade from UN "
     "Comtrade"),
    ("a table of BACI", frozenset("tijkvq"),
     "BACI has reconciled both reports into one, so that no gap is left in it: download the "
     "reports from UN Comtrade"),
    ("a trade balance", frozenset({"exportprimaryvalue", "importprimaryvalue"}),
     "it has one row for exports and imports and no weights: download the final data instead"),
)  # fmt: skip
"""Tables of trade that are no Comtrade records: what each is, its marks, and what to do."""
