namespace CloudPacs.Integration.Tests.Worklist;

/// <summary>One entry of the sample worklist that the matching cases run on: in memory here, over C-FIND in the end-to-end tests.</summary>
public sealed record SampleEntry(
    string StepId, string Accession, string PatientId, string Name, string Modality, string Station, string Date, string Time)
{
    public string Sex { get; init; } = "M";

    public string BirthDate { get; init; } = "19800203";

    public string ProcedureDescription { get; init; } = "CT Chest";

    public string ProcedureId => "RP" + StepId;

    public string StudyUid => "1.2.826.0.1.3680043.10.7." + StepId[1..];

    public string Performer { get; init; } = "";

    public string Status { get; init; } = "SCHEDULED";

    public string ProtocolCode { get; init; } = "RPID16";

    public string Priority { get; init; } = "ROUTINE";

    public string Weight { get; init; } = "";

    public string Placer => "P" + Accession;

    public string Location { get; init; } = "";

    public static IReadOnlyList<SampleEntry> All { get; } =
    [
        new("S101", "ACC1001", "10001", "SHARMA^RAHUL^KUMAR^MR", "CT", "CT1", "20260705", "090000") { Performer = "IYER^SURESH", Weight = "72.5", Location = "ROOM 1" },
        new("S102", "ACC1002", "10002", "Sharma^Anita", "CT", "CT1", "20260705", "110000") { Sex = "F", Priority = "STAT" },
        new("S103", "ACC1003", "10003", "SHARMAN^BETH", "CT", "CT2", "20260706", "173000") { Sex = "F", ProtocolCode = "RPID145", ProcedureDescription = "CT Abdomen" },
        new("S104", "ACC1004", "0010004", "MÜLLER^JÖRG", "MR", "MR1", "20260706", "090000") { BirthDate = "" },
        new("S105", "acc1005", "10005", "O'NEIL^PAT", "MR", "MR1", "20260707", "093000") { Priority = "HIGH" },
        new("S106", "ACC1006", "10006", "YAMADA^TAROU=山田^太郎=やまだ^たろう", "US", "US1", "20260707", "100000"),
        new("S107", "ACC1007", "10001", "SHARMA^RAHUL^KUMAR^MR", "US", "US1", "20260707", "103000") { Performer = "RAO^ANITA", ProcedureDescription = "US Abdomen", Weight = "72.5" },
        new("S108", "ACC1008", "10008", "DOE^JOHN", "CR", "", "20260705", "235959"),
        new("S109", "ACC1009", "10009", "DOE^JOHN^Q", "CR", "", "20260706", "000000"),
        new("S110", "ACC1010", "10010", "DOE", "DX", "DX1", "20260708", "120000"),
        new("S111", "ACC1011", "10011", "VAN DER BERG^EVA", "MG", "MG1", "20260709", "080000") { Sex = "F" },
        new("S112", "ACC1012", "10012", "GARCÍA^JOSÉ", "CT", "CT1", "20260709", "081500") { Status = "ARRIVED" },
        new("S113", "ACC1013", "10013", "ZETA^ZOE", "CT", "CT1", "20260710", "101530") { Status = "STARTED", Sex = "F" },
        new("S114", "ACC1014", "10014", "HIDDEN^HAL", "CT", "CT1", "20260710", "111530") { Status = "CANCELED" },
    ];
}
