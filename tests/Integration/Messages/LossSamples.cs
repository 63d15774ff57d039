namespace CloudPacs.Integration.Tests.Messages;

/// <summary>The messages of <see cref="FieldLossTests"/>: orders new and changed, with and without IPC, bookings, patient updates.</summary>
internal static class LossSamples
{
    private const string Pid =
        "PID|1||MRN1^^^MERCY^MR||SHARMA^RAHUL^KUMAR^JR^DR||19800203|M|||14 MG ROAD^FLAT 2^PUNE^MH^411001^IND||+91205551^PRN^PH|||M|HIN|||||||||";

    private static readonly string[] People =
    [
        Pid,
        "PV1|1|I|WARD7^ROOM2^BED1^MERCY||||1004^RAO^ANITA^^^DR|1005^IYER^SURESH^^^DR|||||||B6||||VN77^^^MERCY",
        "PV2|||R10^Acute abdomen^I10",
    ];

    private static readonly LossPart[] PeopleParts =
    [
        new("PID", 1, 3, 1, LossKind.Id), new("PID", 1, 5, 1, LossKind.Text), new("PID", 1, 5, 2, LossKind.Text), new("PID", 1, 5, 3, LossKind.Text),
        new("PID", 1, 7, 1, LossKind.Date), new("PID", 1, 8, 1, LossKind.Code), new("PID", 1, 11, 1, LossKind.Text), new("PID", 1, 11, 3, LossKind.Text),
        new("PID", 1, 11, 5, LossKind.Text), new("PID", 1, 13, 1, LossKind.Text), new("PID", 1, 16, 1, LossKind.Code),
        new("PV1", 1, 2, 1, LossKind.Code), new("PV1", 1, 3, 1, LossKind.Text), new("PV1", 1, 8, 2, LossKind.Text), new("PV1", 1, 15, 1, LossKind.Code),
        new("PV1", 1, 19, 1, LossKind.Id), new("PV2", 1, 3, 2, LossKind.Text),
    ];

    private static readonly string[] OrderSegments =
    [
        .. People,
        "AL1|1|DA|PEN^Penicillin^L|SV|Hives",
        "ORC|NW|PLC778^HIS|FIL9931^RIS|GRP5^HIS|SC||^^^20260310093000^^S||20260310083000|77^NURSE^NINA||1006^MENON^LATA^^^DR|||||||||CITY CLINIC",
        "OBR|1|PLC778^HIS|FIL9931^RIS|CTCHEST^Chest with contrast^L|||||||||Asthma|||1006^MENON^LATA^^^DR||ACC778|RP778|SPS778||||CT|||^^^20260310093000^^S|||WALK|R05^Persistent cough^I10|",
        "NTE|1||Bring old films",
        "OBX|1|NM|29463-7^Body weight^LN||61.5|kg",
        "OBX|2|NM|8302-2^Body height^LN||172|cm",
        "DG1|1||J45^Asthma bronchiale^I10",
        "ZDS|1.2.826.0.1.3680043.10.1.778^RIS^Application^DICOM",
    ];

    private static readonly LossPart[] OrderParts =
    [
        .. PeopleParts,
        new("AL1", 1, 3, 2, LossKind.Text),
        new("ORC", 1, 2, 1, LossKind.Id), new("ORC", 1, 3, 1, LossKind.Id), new("ORC", 1, 4, 1, LossKind.Id), new("ORC", 1, 7, 4, LossKind.Time),
        new("ORC", 1, 7, 6, LossKind.Code), new("ORC", 1, 9, 1, LossKind.Time),
        new("OBR", 1, 4, 1, LossKind.Text), new("OBR", 1, 4, 2, LossKind.Text), new("OBR", 1, 13, 1, LossKind.Text, IsWhole: true),
        new("OBR", 1, 16, 2, LossKind.Text), new("OBR", 1, 18, 1, LossKind.Id), new("OBR", 1, 19, 1, LossKind.Id), new("OBR", 1, 20, 1, LossKind.Id),
        new("OBR", 1, 24, 1, LossKind.Code), new("OBR", 1, 30, 1, LossKind.Code), new("OBR", 1, 31, 2, LossKind.Text),
        new("NTE", 1, 3, 1, LossKind.Text, IsWhole: true), new("OBX", 1, 5, 1, LossKind.Number), new("OBX", 2, 5, 1, LossKind.Number),
        new("DG1", 1, 3, 2, LossKind.Text), new("ZDS", 1, 1, 1, LossKind.Uid),
    ];

    private static readonly LossSample Order = new("ORM^O01 NW", "ORM^O01", OrderSegments, OrderParts);

    private static readonly LossSample Booked = new("ORM^O01 NW of a placer", "ORM^O01",
    [
        .. People,
        "ORC|NW|PLC778^HIS|||||^^^20260310093000^^S||20260310083000",
        "OBR|1|PLC778^HIS||CTCHEST^Chest with contrast^L||||||||||||||ACC778||||||CT|||^^^20260310093000^^S",
    ], []);

    private static readonly string[] ImagingSegments =
    [
        .. People,
        "ORC|NW|PLC778^HIS|FIL9931^RIS|GRP5^HIS|SC||||20260310083000|77^NURSE^NINA||1006^MENON^LATA^^^DR|WARD7^^^^^^^^Radiology desk|+91207770^WPN^PH||"
            + "CHG^Changed plan^L|RAD^Radiology^L||||MERCY HOSPITAL|12 FORT ROAD^^MUMBAI^MH^400001",
        "TQ1|1||||||20260310093000|20260310100000|S",
        "OBR|1|PLC778^HIS|FIL9931^RIS|CTCHEST^Chest with contrast^L||||||||DNG^Danger of infection^L|Asthma|||1006^MENON^LATA^^^DR||||||||||||||PORT|R05^Persistent cough^I10|||||||||||||"
            + "CTC^Chest procedure^L",
        "NTE|1||Bring old films",
        "IPC|ACC778|RP778|1.2.826.0.1.3680043.10.1.778|SPS778|CT|CTPROT^Protocol two^L|CTROOM^CT room name|SCAN1^Scanner hall|CT01",
    ];

    private static readonly LossPart[] ImagingParts =
    [
        .. PeopleParts,
        new("ORC", 1, 10, 2, LossKind.Text), new("ORC", 1, 12, 2, LossKind.Text), new("ORC", 1, 13, 9, LossKind.Text), new("ORC", 1, 14, 1, LossKind.Text),
        new("ORC", 1, 16, 2, LossKind.Text), new("ORC", 1, 17, 2, LossKind.Text), new("ORC", 1, 21, 1, LossKind.Text), new("ORC", 1, 22, 3, LossKind.Text),
        new("TQ1", 1, 7, 1, LossKind.Time), new("TQ1", 1, 8, 1, LossKind.Time), new("TQ1", 1, 9, 1, LossKind.Code),
        new("OBR", 1, 12, 2, LossKind.Text), new("OBR", 1, 44, 1, LossKind.Text), new("OBR", 1, 44, 2, LossKind.Text), new("OBR", 1, 31, 2, LossKind.Text),
        new("NTE", 1, 3, 1, LossKind.Text, IsWhole: true),
        new("IPC", 1, 1, 1, LossKind.Id), new("IPC", 1, 2, 1, LossKind.Id), new("IPC", 1, 3, 1, LossKind.Uid), new("IPC", 1, 4, 1, LossKind.Id),
        new("IPC", 1, 5, 1, LossKind.Code), new("IPC", 1, 6, 1, LossKind.Text), new("IPC", 1, 6, 2, LossKind.Text), new("IPC", 1, 7, 1, LossKind.Text),
        new("IPC", 1, 8, 2, LossKind.Text), new("IPC", 1, 9, 1, LossKind.Text),
    ];

    private static readonly LossSample Imaging = new("OMI^O23 NW", "OMI^O23^OMI_O23", ImagingSegments, ImagingParts);

    private static readonly string[] BookingSegments =
    [
        "SCH|BKP7^HIS|BKF9^RIS|||||REA^Follow up visit^L|TYP^Walk through^L|30|min|^^30^20260311110000^20260311113000|||||||||||||||PLC778^HIS",
        "NTE|1||Bring a friend",
        .. People,
        "RGS|1|A",
        "AIS|1|A|CTCHEST^Chest service^L|20260311110000|||30|min",
        "AIG|1|A|CTDEV^Device seven^L",
        "AIL|1|A|HALL^ROOM9^BED3^MERCY",
        "AIP|1|A|1009^PILLAI^MEERA^^^DR|||||||||Booked",
    ];

    private static readonly LossPart[] BookingParts =
    [
        .. PeopleParts,
        new("SCH", 1, 1, 1, LossKind.Id), new("SCH", 1, 2, 1, LossKind.Id), new("SCH", 1, 7, 2, LossKind.Text), new("SCH", 1, 8, 2, LossKind.Text),
        new("SCH", 1, 9, 1, LossKind.Number), new("SCH", 1, 11, 4, LossKind.Time), new("SCH", 1, 11, 5, LossKind.Time), new("SCH", 1, 26, 1, LossKind.Id),
        new("NTE", 1, 3, 1, LossKind.Text, IsWhole: true),
        new("AIS", 1, 3, 2, LossKind.Text), new("AIS", 1, 4, 1, LossKind.Time), new("AIS", 1, 7, 1, LossKind.Number), new("AIS", 1, 8, 1, LossKind.Code),
        new("AIG", 1, 3, 2, LossKind.Text), new("AIL", 1, 3, 1, LossKind.Text), new("AIL", 1, 3, 2, LossKind.Text),
        new("AIP", 1, 3, 2, LossKind.Text), new("AIP", 1, 12, 1, LossKind.Code),
    ];

    private static readonly LossSample Booking = new("SIU^S12", "SIU^S12^SIU_S12", BookingSegments, BookingParts, Booked);

    private static readonly string[] PatientSegments =
    [
        "EVN||20260310083000",
        "PID|1||MRN1^^^MERCY^MR||SHARMA^RAHUL^KUMAR^JR^DR||19800203|M|SHARMAJI^RAJU||14 MG ROAD^FLAT 2^PUNE^MH^411001^IND||+91205551^PRN^PH|+91208882^WPN^PH|HIN^Hindi^L|M|HIN||SS123456|DL777^MH||"
            + "ETH^Maratha^L||Y|2|||||N",
        "PD1||||2001^NAIR^GEETA^^^DR||||||||Y",
        "NK1|1|SHARMA^PRIYA|SPO^Spouse^L|99 LAKE ROAD^^NASHIK|+91209993^PRN^PH|+91209994^WPN^PH",
        "PV1|1|I|WARD7^ROOM2^BED1^MERCY|ACC^Accident^L||WARD3^ROOM1^BED4^MERCY|1004^RAO^ANITA^^^DR|1005^IYER^SURESH^^^DR|1007^DESAI^KIRAN^^^DR|CARD^Cardiology^L|TMP1^TROOM^TBED^MERCY||"
            + "RE^Readmitted again^L|SRC^Source clinic^L|B6|VIP|1008^PATIL^ROHAN^^^DR||VN77^^^MERCY|||||||||||||||||DIS^Discharged home^L|DST^Destination town|DIET^Diabetic diet^L||||||20260309070000|20260312080000",
        "PV2|||R10^Acute abdomen^I10",
        "OBX|1|NM|29463-7^Body weight^LN||61.5|kg",
        "OBX|2|NM|8302-2^Body height^LN||172|cm",
        "AL1|1|DA|PEN^Penicillin^L|SV|Hives",
        "DG1|1||J45^Asthma bronchiale^I10|||A",
    ];

    private static readonly LossPart[] PatientParts =
    [
        .. PeopleParts,
        new("PID", 1, 9, 1, LossKind.Text), new("PID", 1, 14, 1, LossKind.Text), new("PID", 1, 15, 1, LossKind.Text), new("PID", 1, 15, 2, LossKind.Text),
        new("PID", 1, 19, 1, LossKind.Text), new("PID", 1, 20, 1, LossKind.Text), new("PID", 1, 22, 2, LossKind.Text), new("PID", 1, 24, 1, LossKind.Code),
        new("PID", 1, 25, 1, LossKind.Number), new("PID", 1, 30, 1, LossKind.Code),
        new("PD1", 1, 4, 2, LossKind.Text), new("PD1", 1, 12, 1, LossKind.Code),
        new("NK1", 1, 2, 1, LossKind.Text), new("NK1", 1, 3, 2, LossKind.Text), new("NK1", 1, 4, 1, LossKind.Text), new("NK1", 1, 5, 1, LossKind.Text),
        new("NK1", 1, 6, 1, LossKind.Text),
        new("PV1", 1, 4, 2, LossKind.Text), new("PV1", 1, 6, 1, LossKind.Text), new("PV1", 1, 7, 2, LossKind.Text), new("PV1", 1, 9, 2, LossKind.Text),
        new("PV1", 1, 10, 2, LossKind.Text), new("PV1", 1, 11, 1, LossKind.Text), new("PV1", 1, 13, 2, LossKind.Text), new("PV1", 1, 14, 2, LossKind.Text),
        new("PV1", 1, 16, 1, LossKind.Flag), new("PV1", 1, 17, 2, LossKind.Text), new("PV1", 1, 36, 2, LossKind.Text), new("PV1", 1, 37, 2, LossKind.Text),
        new("PV1", 1, 38, 2, LossKind.Text), new("PV1", 1, 44, 1, LossKind.Time), new("PV1", 1, 45, 1, LossKind.Time),
        new("OBX", 1, 5, 1, LossKind.Number), new("OBX", 1, 6, 1, LossKind.Code), new("OBX", 2, 5, 1, LossKind.Number),
        new("AL1", 1, 3, 2, LossKind.Text), new("DG1", 1, 3, 2, LossKind.Text), new("DG1", 1, 6, 1, LossKind.Code),
    ];

    private static readonly LossSample Update = new("ADT^A08", "ADT^A08^ADT_A01", PatientSegments, PatientParts, Booked);

    public static IReadOnlyList<LossSample> All { get; } =
    [
        Order,
        new("ORM^O01 XO", "ORM^O01", Changed(OrderSegments), OrderParts, Order),
        Imaging,
        new("OMI^O23 XO", "OMI^O23^OMI_O23", Changed(ImagingSegments), ImagingParts, Imaging),
        Booking,
        new("SIU^S14", "SIU^S14^SIU_S12", BookingSegments, BookingParts, Booking),
        Update,
        new("ADT^A08 again", "ADT^A08^ADT_A01", PatientSegments, PatientParts, Update),
    ];

    private static string[] Changed(string[] segments) =>
        [.. segments.Select(static line => line.Replace("ORC|NW", "ORC|XO", StringComparison.Ordinal))];
}
