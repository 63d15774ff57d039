namespace CloudPacs.Integration.Tests.Worklist;

/// <summary>One query and the steps that it must return, by the rule of PS3.4 that decides.</summary>
/// <param name="Rule">Section and rule.</param>
/// <param name="Keys">Keys as <c>ggggeeee=value</c>, joined by <c>;</c>; <c>&gt;</c> in front means inside the Scheduled Procedure Step Sequence item.</param>
/// <param name="Expected">Step ids without the S, in order of the answer.</param>
public sealed record MatchingCase(string Rule, string Keys, string Expected)
{
    public override string ToString() => $"{Rule}: {Keys}";

    public static IReadOnlyList<MatchingCase> All { get; } =
    [
        // Universal matching, C.2.2.2.3
        new("C.2.2.2.3 no key at all", "", Listed),
        new("C.2.2.2.3 every key empty", "00100010=;00100020=;00080050=;>00400001=;>00400002=;>00080060=", Listed),
        new("C.2.2.2.3 empty sequence", "00400100=", Listed),
        new("C.2.2.2.3 empty key also returns entries without a value", "00100030=", Listed),
        new("C.2.2.2.3 a lone * is universal", "00100010=*", Listed),
        new("C.2.2.2.3 a lone * on a station", ">00400001=*", Listed),
        new("C.2.2.2.3 a lone * on an attribute without a value", ">00400006=*", Listed),
        new("C.2.2.2.3 empty physician, unknown in most", ">00400006=", Listed),

        // Single value matching, C.2.2.2.1
        new("C.2.2.2.1 accession number", "00080050=ACC1001", "101"),
        new("C.2.2.2.1 trailing space of the key is not significant", "00080050=ACC1002 ", "102"),
        new("C.2.2.2.1 case counts in SH", "00080050=ACC1005", ""),
        new("C.2.2.2.1 case counts in SH, as stored", "00080050=acc1005", "105"),
        new("C.2.2.2.1 no prefix match", "00080050=ACC100", ""),
        new("C.2.2.2.1 patient id", "00100020=10001", "101,107"),
        new("C.2.2.2.1 leading zeros count", "00100020=10004", ""),
        new("C.2.2.2.1 leading zeros count, as stored", "00100020=0010004", "104"),
        new("C.2.2.2.1 modality", ">00080060=MR", "104,105"),
        new("C.2.2.2.1 modality in the wrong case", ">00080060=mr", ""),
        new("C.2.2.2.1 station, and entries without one", ">00400001=MR1", "108,109,104,105"),
        new("C.2.2.2.1 station in the wrong case", ">00400001=mr1", "108,109"),
        new("C.2.2.2.1 sex", "00100040=F", "102,103,111,113"),
        new("C.2.2.2.1 birth date", "00100030=19800203", "101,102,108,109,103,105,106,107,110,111,112,113"),
        new("C.2.2.2.1 birth date unknown does not match", "00100030=19990101", ""),
        new("C.2.2.2.1 requested procedure id", "00401001=RPS104", "104"),
        new("C.2.2.2.1 step id", ">00400009=S110", "110"),
        new("C.2.2.2.1 placer order number", "00402016=PACC1003", "103"),
        new("C.2.2.2.1 description with a space", "00321060=CT Abdomen", "103"),
        new("C.2.2.2.1 priority", "00401003=STAT", "102"),
        new("C.2.2.2.1 step location", ">00400011=ROOM 1", "101"),
        new("C.2.2.2.1 no such value", "00080050=NONE", ""),
        new("C.2.2.2.1 a number compares as a number", "00101030=72.50", "101,107"),

        // Person names, C.2.2.2.1 and C.2.2.2.4 for PN
        new("C.2.2.2.1 PN whole name", "00100010=SHARMA^RAHUL^KUMAR^MR", "101,107"),
        new("C.2.2.2.1 PN case may be ignored", "00100010=sharma^anita", "102"),
        new("C.2.2.2.1 PN trailing delimiters", "00100010=Sharma^Anita^^^", "102"),
        new("C.2.2.2.1 PN family name alone is the whole name", "00100010=DOE", "110"),
        new("C.2.2.2.1 PN family and delimiter", "00100010=DOE^", "110"),
        new("C.2.2.2.1 PN without the middle name is another name", "00100010=DOE^JOHN", "108"),
        new("C.2.2.2.1 PN accents may be ignored", "00100010=MULLER^JORG", "104"),
        new("C.2.2.2.1 PN accents in the key", "00100010=García^José", "112"),
        new("C.2.2.2.1 PN apostrophe", "00100010=O'NEIL^PAT", "105"),
        new("C.2.2.2.1 PN spaces inside count", "00100010=VAN DER BERG^EVA", "111"),
        new("C.2.2.2.1 PN ideographic group by a key without =", "00100010=山田^太郎", "106"),
        new("C.2.2.2.1 PN phonetic group by a key without =", "00100010=やまだ^たろう", "106"),
        new("C.2.2.2.1 PN groups compared each", "00100010=YAMADA^TAROU=山田^太郎", "106"),
        new("C.2.2.2.1 PN one group differs", "00100010=YAMADA^TAROU=山本^太郎", ""),
        new("C.2.2.2.1 PN only the ideographic group", "00100010==山田^太郎", "106"),
        new("C.2.2.2.1 PN of the performing physician", ">00400006=IYER^SURESH", "101"),
        new("C.2.2.2.1 PN unknown physician does not match", ">00400006=NOBODY", ""),

        // Wild card matching, C.2.2.2.4
        new("C.2.2.2.4 * at the end", "00100010=SHARMA*", "101,102,103,107"),
        new("C.2.2.2.4 * at the end of a family name", "00100010=SHARMA^*", "101,102,107"),
        new("C.2.2.2.4 * at the start", "00100010=*JOHN", "108"),
        new("C.2.2.2.4 * on both sides", "00100010=*JOHN*", "108,109"),
        new("C.2.2.2.4 * in the middle", "00100010=S*A^*", "101,102,107"),
        new("C.2.2.2.4 * matches nothing too", "00100010=DOE*", "108,109,110"),
        new("C.2.2.2.4 ? is one character", "00100010=DO?", "110"),
        new("C.2.2.2.4 ? is not none", "00100010=DOE?", ""),
        new("C.2.2.2.4 ? and *", "00100010=?HARMA*", "101,102,103,107"),
        new("C.2.2.2.4 case is folded in PN wild cards", "00100010=sharma*", "101,102,103,107"),
        new("C.2.2.2.4 accents are folded in PN wild cards", "00100010=mül*", "104"),
        new("C.2.2.2.4 ? counts characters, not bytes", "00100010=M?LLER*", "104"),
        new("C.2.2.2.4 ? in an ideographic name", "00100010=山?^太郎", "106"),
        new("C.2.2.2.4 * in an ideographic name", "00100010=山*", "106"),
        new("C.2.2.2.4 wild card in an accession number", "00080050=ACC100?", "101,102,108,109,104,103,106,107"),
        new("C.2.2.2.4 wild card with case", "00080050=acc*", "105"),
        new("C.2.2.2.4 wild card in a patient id", "00100020=*0004", "104"),
        new("C.2.2.2.4 wild card in a station", ">00400001=CT*", "101,102,108,109,103,112,113"),
        new("C.2.2.2.4 wild card in the description", "00321060=*Abdomen", "103,107"),
        new("C.2.2.2.4 wild card in the modality", ">00080060=C?", "101,102,108,109,103,112,113"),
        new("C.2.2.2.4 several stars", "00080050=*C*1*1", "101,111"),
        new("C.2.2.2.4 a wild card does not match an unknown value", ">00400006=?*", "101,107"),
        new("C.2.2.2.4 performing physician", ">00400006=*ANITA", "107"),
        new("C.2.2.2.4 no wild cards in UI", "0020000D=1.2.826.0.1.3680043.10.7.*", ""),
        new("C.2.2.2.4 no wild cards in DA", "00100030=1980*", ""),

        // List of UID, C.2.2.2.2
        new("C.2.2.2.2 one UID", "0020000D=1.2.826.0.1.3680043.10.7.103", "103"),
        new("C.2.2.2.2 two UIDs", "0020000D=1.2.826.0.1.3680043.10.7.103\\1.2.826.0.1.3680043.10.7.105", "103,105"),
        new("C.2.2.2.2 one known, one not", "0020000D=1.2.3\\1.2.826.0.1.3680043.10.7.105", "105"),
        new("C.2.2.2.1 a list has no meaning outside UI", "00080050=ACC1001\\ACC1002", ""),

        // Range matching, C.2.2.2.5
        new("C.2.2.2.1 one day", ">00400002=20260705", "101,102,108"),
        new("C.2.2.2.1 one day in the old form", ">00400002=2026.07.05", "101,102,108"),
        new("C.2.2.2.5 two days", ">00400002=20260705-20260706", "101,102,108,109,104,103"),
        new("C.2.2.2.5 both ends are inside", ">00400002=20260706-20260706", "109,104,103"),
        new("C.2.2.2.5 open end", ">00400002=20260709-", "111,112,113"),
        new("C.2.2.2.5 open start", ">00400002=-20260705", "101,102,108"),
        new("C.2.2.2.5 range turned round", ">00400002=20260706-20260705", ""),
        new("C.2.2.2.5 nothing in the range", ">00400002=20270101-", ""),
        new("C.2.2.2.5 birth date range", "00100030=19800101-19801231", "101,102,108,109,103,105,106,107,110,111,112,113"),
        new("C.2.2.2.5 birth date range around it", "00100030=19810101-", ""),
        new("C.2.2.2.1 a time", ">00400003=090000", "101,104"),
        new("C.2.2.2.1 a time by meaning", ">00400003=0900", "101,104"),
        new("C.2.2.2.1 a time by meaning, hours only", ">00400003=09", "101,104"),
        new("C.2.2.2.1 a time with a fraction of nothing", ">00400003=090000.000", "101,104"),
        new("C.2.2.2.1 a time with colons", ">00400003=09:00:00", "101,104"),
        new("C.2.2.2.5 time range alone is within each day", ">00400003=0800-1000", "101,104,105,106,111,112"),
        new("C.2.2.2.5 time open end", ">00400003=1730-", "108,103"),
        new("C.2.2.2.5 time open start", ">00400003=-0800", "109,111"),
        new("C.2.2.2.5 midnight is the first second", ">00400003=000000", "109"),
        new("C.2.2.2.5 the last second", ">00400003=235959", "108"),
        new("K.6.1.2.2 date and time ranges are one period", ">00400002=20260705-20260707;>00400003=1000-1800", "102,108,109,104,103,105,106,107"),
        new("K.6.1.2.2 one period, end inside", ">00400002=20260706-20260707;>00400003=0900-0930", "104,103,105"),
        new("K.6.1.2.2 one period, open end", ">00400002=20260709-;>00400003=0815-", "112,113"),
        new("K.6.1.2.2 one period, open start", ">00400002=-20260706;>00400003=-0900", "101,102,108,109,104"),
        new("K.6.1.2.2 one date and a time range", ">00400002=20260707;>00400003=0930-1000", "105,106"),
        new("K.6.1.2.2 one date and one time", ">00400002=20260706;>00400003=0900", "104"),
        new("K.6.1.2.2 date range and one time", ">00400002=20260705-20260706;>00400003=0900", "101,104"),
        new("C.2.2.2.1 no date", ">00400002=20261301", ""),
        new("C.2.2.2.1 no time", ">00400003=2500", ""),

        // Sequence matching, C.2.2.2.6
        new("C.2.2.2.6 keys of the item hold together", ">00400001=CT1;>00400002=20260705", "101,102,108"),
        new("C.2.2.2.6 station, date and modality", ">00400001=US1;>00400002=20260707;>00080060=US", "106,107"),
        new("C.2.2.2.6 a nested sequence", ">00400008>00080100=RPID145", "103"),
        new("C.2.2.2.6 a nested sequence, nothing", ">00400008>00080100=NONE", ""),
        new("C.2.2.2.6 code and scheme of one item", ">00400008>00080100=RPID145;>00400008>00080102=RADLEX", "103"),
        new("C.2.2.2.6 code and scheme not of one item", ">00400008>00080100=RPID145;>00400008>00080102=99X", ""),

        // All keys together
        new("C.2.2.2 keys are ANDed", "00100010=SHARMA*;>00080060=CT", "101,102,103"),
        new("C.2.2.2 keys are ANDed over the levels", "00100040=F;>00400001=CT1", "102,113"),
        new("C.2.2.2 one key fails", "00080050=ACC1001;00100020=10002", ""),
        new("C.2.2.2 accession and name", "00080050=ACC1003;00100010=SHARMAN*", "103"),
        new("C.2.2.2 patient id and date", "00100020=10001;>00400002=20260707", "107"),

        // Status and visibility, K.4.1 and the default filter of the engine
        new("default filter: canceled steps are not listed", "00080050=ACC1014", ""),
        new("status asked for: CANCELED", ">00400020=CANCELED", "114"),
        new("status asked for: ARRIVED", ">00400020=ARRIVED", "112"),
        new("status asked for: STARTED", ">00400020=STARTED", "113"),
        new("status asked for: SCHEDULED", ">00400020=SCHEDULED;>00080060=MR", "104,105"),
        new("status with a wild card", ">00400020=?RRIVED", "112"),
        new("entries without a station are found by any title while no station is configured", ">00400001=CR9", "108,109"),

        // Keys that are unknown or private do not refuse anything, K.4.1.1.4
        new("K.4.1.1.4 an unknown optional key", "00091001=", Listed),
        new("K.4.1.1.4 an optional key that no entry has", "00400007=", Listed),
        new("K.4.1.1.4 a binary number is a return key only: some toolkits send 0 for an empty one", "001021C0=0", Listed),
    ];

    private const string Listed = "101,102,108,109,104,103,105,106,107,110,111,112,113";
}
