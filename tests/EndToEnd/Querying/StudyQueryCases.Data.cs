using CloudPacs.Dicom;

namespace CloudPacs.EndToEnd.Tests.Querying;

/// <summary>The queries: each rule of matching with each kind of attribute, at each level, by each door.</summary>
internal static class StudyQueryCases
{
    private const string Study = "STUDY", Series = "SERIES", Image = "IMAGE", Patient = "PATIENT";

    public static IReadOnlyList<StudyQueryCase> All { get; } =
    [
        .. OfBothDoors.Concat(OfStudies()).SelectMany(static query => (StudyQueryCase[])[new(query.Rule, QueryDoor.StudyRoot, query.Level, query.Keys), new(query.Rule, QueryDoor.Web, query.Level, query.Keys)]),
        .. OfDimse.Select(static query => new StudyQueryCase(query.Rule, query.Door, query.Level, query.Keys)),
        .. OfWeb.Select(static query => new StudyQueryCase(query.Rule, QueryDoor.Web, query.Level, query.Keys)),
    ];

    private static (string Rule, string Level, string Keys)[] OfBothDoors =>
    [
        ("C.2.2.2.3 every key empty", Study, "00080020=;00080030=;00080050=;00100010=;00100020=;00200010=;00080061="),
        ("C.2.2.2.3 a lone * is universal in a name", Study, "00100010=*"),
        ("C.2.2.2.3 a lone * is universal, also where there is no value", Study, "00080050=*"),
        ("C.2.2.2.3 a lone * in a description", Study, "00081030=*"),

        ("C.2.2.2.1 accession number", Study, "00080050=ACC00017"),
        ("C.2.2.2.1 case counts in SH", Study, "00080050=ACC00030"),
        ("C.2.2.2.1 case counts in SH, as stored", Study, "00080050=acc00030"),
        ("C.2.2.2.1 trailing space of the key is not significant", Study, "00080050=ACC00018 "),
        ("C.2.2.2.1 no prefix match", Study, "00080050=ACC0001"),
        ("C.2.2.2.1 patient id", Study, "00100020=10011"),
        ("C.2.2.2.1 case counts in a patient id", Study, "00100020=P14"),
        ("C.2.2.2.1 case counts in a patient id, as stored", Study, "00100020=p14"),
        ("C.2.2.2.1 leading zeros count", Study, "00100020=18"),
        ("C.2.2.2.1 leading zeros count, as stored", Study, "00100020=0018"),
        ("C.2.2.2.1 sex", Study, "00100040=F"),
        ("C.2.2.2.1 sex in the wrong case", Study, "00100040=f"),
        ("C.2.2.2.1 study id", Study, "00200010=7"),
        ("C.2.2.2.1 study id with a leading zero", Study, "00200010=07"),
        ("C.2.2.2.1 description", Study, "00081030=BRAIN"),
        ("C.2.2.2.1 case is ignored in a description", Study, "00081030=brain"),
        ("C.2.2.2.1 a description with letters that patterns of databases use", Study, "00081030=50% dose"),
        ("C.2.2.2.1 a description with an umlaut", Study, "00081030=Schädel"),
        ("C.2.2.2.1 institution", Study, "00080080=MERCY"),
        ("C.2.2.2.1 no such value", Study, "00080050=NONE"),

        ("C.2.2.2.1 PN whole name", Study, "00100010=DOE^JOHN"),
        ("C.2.2.2.1 PN case may be ignored", Study, "00100010=doe^john"),
        ("C.2.2.2.1 PN family name alone is the whole name", Study, "00100010=DOE"),
        ("C.2.2.2.1 PN trailing delimiters", Study, "00100010=X^"),
        ("C.2.2.2.1 PN accents may be ignored", Study, "00100010=GARCIA^EVA"),
        ("C.2.2.2.1 PN accents in the key", Study, "00100010=garcía^eva"),
        ("C.2.2.2.1 PN apostrophe", Study, "00100010=O'NEIL^EVA"),
        ("C.2.2.2.1 PN ideographic group by a key without =", Study, "00100010=山田^太郎"),
        ("C.2.2.2.1 PN phonetic group by a key without =", Study, "00100010=やまだ^たろう"),
        ("C.2.2.2.1 PN groups compared each", Study, "00100010=YAMADA^TAROU=山田^太郎"),
        ("C.2.2.2.1 PN one group differs", Study, "00100010=YAMADA^TAROU=山本^太郎"),
        ("C.2.2.2.1 PN a name in another script", Study, "00100010=山本^花子"),
        ("C.2.2.2.1 PN referring physician", Study, "00080090=HOUSE^GREGORY"),
        ("C.2.2.2.1 PN referring physician without the suffix", Study, "00080090=IYER^SURESH"),
        ("C.2.2.2.1 PN a letter that has no unmarked form", Study, "00080090=WEISS^ANNA"),

        ("C.2.2.2.4 * at the end of a name", Study, "00100010=SHARMA*"),
        ("C.2.2.2.4 * at the end of a family name", Study, "00100010=SHARMA^*"),
        ("C.2.2.2.4 * on both sides", Study, "00100010=*JOHN*"),
        ("C.2.2.2.4 * at the start", Study, "00100010=*^PAT^Q"),
        ("C.2.2.2.4 ? is one character", Study, "00100010=?OE^*"),
        ("C.2.2.2.4 case is folded in PN wild cards", Study, "00100010=sharma*"),
        ("C.2.2.2.4 accents are folded in PN wild cards", Study, "00100010=mul*"),
        ("C.2.2.2.4 ? counts characters, not bytes", Study, "00100010=M?ller*"),
        ("C.2.2.2.4 * in an ideographic name", Study, "00100010=山*"),
        ("C.2.2.2.4 wild card in a physician", Study, "00080090=house*"),
        ("C.2.2.2.4 wild card in an accession number", Study, "00080050=ACC0001?"),
        ("C.2.2.2.4 wild card with case", Study, "00080050=acc*"),
        ("C.2.2.2.4 wild card before the end", Study, "00080050=*25"),
        ("C.2.2.2.4 wild card in a patient id", Study, "00100020=00*"),
        ("C.2.2.2.4 wild card in a study id", Study, "00200010=1?"),
        ("C.2.2.2.4 wild card in a description", Study, "00081030=*CT*"),
        ("C.2.2.2.4 case is ignored in a description with a wild card", Study, "00081030=*chest*"),
        ("C.2.2.2.4 % is a letter", Study, "00081030=50% *"),
        ("C.2.2.2.4 _ is a letter", Study, "00081030=CT_*"),
        ("C.2.2.2.4 brackets are letters", Study, "00081030=Abdomen (*)"),
        ("C.2.2.2.4 a wild card does not match an unknown value", Study, "00081030=?*"),
        ("C.2.2.2.4 wild card in an institution", Study, "00080080=M*W*"),

        ("C.2.2.2.5 dates from and to", Study, "00080020=20240101-20240331"),
        ("C.2.2.2.5 dates from", Study, "00080020=20250701-"),
        ("C.2.2.2.5 dates to", Study, "00080020=-20230630"),
        ("C.2.2.2.5 nothing in the range", Study, "00080020=20300101-"),
        ("C.2.2.2.5 birth dates", Study, "00100030=19500101-19591231"),
        ("C.2.2.2.5 times from and to", Study, "00080030=080000-120000"),
        ("C.2.2.2.5 times in hours and minutes", Study, "00080030=0800-1200"),
        ("C.2.2.2.5 times from", Study, "00080030=2200-"),
        ("C.2.2.2.5 times to", Study, "00080030=-0730"),
        ("C.2.2.2.5 a range of dates and one of times", Study, "00080020=20240101-20241231;00080030=0600-1800"),
        ("C.2.2.2.5 times turned round do not cross midnight", Study, "00080030=2200-0600"),
        ("C.2.2.2.5 dates turned round", Study, "00080020=20250101-20240101"),

        ("C.2.2.2.2 two UIDs", Study, $"0020000D={SampleStudies.Root}3\\{SampleStudies.Root}44"),
        ("C.2.2.2.2 one known, one not", Study, $"0020000D=1.2.3\\{SampleStudies.Root}44"),
        ("C.2.2.2.2 a UID that is the beginning of others", Study, $"0020000D={SampleStudies.Root}4"),
        ("C.2.2.2.1 a list has no meaning outside UI", Study, "00080050=ACC00017\\ACC00018"),

        ("C.3.4 modalities in study", Study, "00080061=MR"),
        ("C.3.4 a modality that is only in second series", Study, "00080061=SR"),
        ("C.3.4 several modalities", Study, "00080061=SR\\NM"),
        ("C.3.4 modality in the wrong case", Study, "00080061=ct"),
        ("C.3.4 a modality that no study has", Study, "00080061=XA"),

        ("C.2.2.2.6 a code of the procedure", Study, "00081032>00080100=RPID16"),
        ("C.2.2.2.6 code and scheme of one item", Study, "00081032>00080100=RPID145;00081032>00080102=99X"),
        ("C.2.2.2.6 no such code", Study, "00081032>00080100=NONE"),

        ("C.2.2.2 name, modality and dates", Study, "00100010=S*;00080061=CT;00080020=20240101-20251231"),
        ("C.2.2.2 sex and birth dates", Study, "00100040=F;00100030=19400101-19791231"),
        ("C.2.2.2 one key fails", Study, "00080050=ACC00017;00100020=NONE"),
        ("C.2.2.2 description and times", Study, "00081030=*Knee*;00080030=1200-"),

        ("C.4.1.2.1 series of a study", Series, $"0020000D={SampleStudies.Root}96"),
        ("C.4.1.2.1 series by modality", Series, $"0020000D={SampleStudies.Root}96;00080060=SR"),
        ("C.4.1.2.1 series by number", Series, $"0020000D={SampleStudies.Root}96;00200011=2"),
        ("C.4.1.2.1 series by UID", Series, $"0020000D={SampleStudies.Root}96;0020000E={SampleStudies.Root}96.1"),
        ("C.4.1.2.1 series of another study", Series, $"0020000D={SampleStudies.Root}97;0020000E={SampleStudies.Root}96.1"),
        ("C.4.1.2.1 images of a series", Image, $"0020000D={SampleStudies.Root}96;0020000E={SampleStudies.Root}96.1"),
        ("C.4.1.2.1 images by number", Image, $"0020000D={SampleStudies.Root}96;0020000E={SampleStudies.Root}96.1;00200013=2"),
        ("C.4.1.2.1 images by number with a leading zero: an IS compares by its meaning", Image, $"0020000D={SampleStudies.Root}96;0020000E={SampleStudies.Root}96.1;00200013=02"),
        ("C.4.1.2.1 images by UIDs", Image, $"0020000D={SampleStudies.Root}96;0020000E={SampleStudies.Root}96.1;00080018={SampleStudies.Root}96.1.3\\{SampleStudies.Root}96.1.1"),
        ("C.4.1.2.1 images by class", Image, $"0020000D={SampleStudies.Root}96;0020000E={SampleStudies.Root}96.1;00080016=1.2.840.10008.5.1.4.1.1.2"),
        ("C.4.1.3.2.1 relational: series by patient and modality", Series, "00100020=10011;00080060=MR"),
        ("C.4.1.3.2.1 relational: series by dates and body part", Series, "00080020=20240101-20241231;00180015=CHEST"),
        ("C.4.1.3.2.1 relational: series by dates and description", Series, "00080020=20240101-20241231;0008103E=Axial*"),
        ("C.4.1.3.2.1 relational: series by dates and protocol", Series, "00080020=20240101-20241231;00181030=*chest"),
        ("C.4.1.3.2.1 relational: series by dates and station", Series, "00080020=20240101-20241231;00081010=CT1"),
        ("C.4.1.3.2.1 relational: series by dates and maker", Series, "00080020=20240101-20241231;00080070=ACME"),
        ("C.4.1.3.2.1 relational: series by dates and laterality", Series, "00080020=20230101-;00200060=L"),
        ("C.4.1.3.2.1 relational: series by the dates of series", Series, "00080020=20230101-;00080021=20240101-20240331"),
        ("C.4.1.3.2.1 relational: series by the start of the performed step", Series, "00080020=20230101-;00400244=20240101-20240630"),
        ("C.2.2.2.6 series by the step that was asked for", Series, "00080020=20230101-;00400275>00400009=SPS96"),
        ("C.2.2.2.6 series by the procedure that was asked for", Series, "00080020=20230101-;00400275>00401001=RP12"),
        ("C.4.1.3.2.1 relational: images by accession number", Image, "00080050=ACC00096"),
        ("C.4.1.3.2.1 relational: images by patient and class", Image, "00100020=10011;00080016=1.2.840.10008.5.1.4.1.1.4"),
        ("C.4.1.3.2.1 relational: images by dates and number of frames", Image, "00080020=20230101-;00280008=20"),
    ];

    private static (string Rule, QueryDoor Door, string Level, string Keys)[] OfDimse =>
    [
        ("C.3.1 patients by name", QueryDoor.PatientRoot, Patient, "00100010=SHARMA*"),
        ("C.3.1 patients by id", QueryDoor.PatientRoot, Patient, "00100020=0018"),
        ("C.3.1 patients by a part of their id", QueryDoor.PatientRoot, Patient, "00100020=00*"),
        ("C.3.1 patients by sex and birth date", QueryDoor.PatientRoot, Patient, "00100040=M;00100030=19600101-19891231"),
        ("C.3.1 all patients", QueryDoor.PatientRoot, Patient, "00100010=;00100020="),
        ("C.3.1 studies of a patient", QueryDoor.PatientRoot, Study, "00100020=10011"),
        ("C.3.1 studies of a patient by date", QueryDoor.PatientRoot, Study, "00100020=10011;00080020=20240101-"),
        ("C.3.1 series of a patient's study", QueryDoor.PatientRoot, Series, $"00100020=p14;0020000D={SampleStudies.Root}96"),
        ("C.3.2 the level of patients is none of Study Root", QueryDoor.StudyRoot, Patient, "00100010=SHARMA*"),
        ("C.4.1.2.1 series of everything: the unique keys above are missing", QueryDoor.StudyRoot, Series, "00080060=CT"),
        ("C.2.2.2.5 date and time compared each on its own", QueryDoor.StudyRoot, Study, "00080020=20240101-20240331;00080030=0600-1800"),
        ("C.2.2.2.4 no wild cards in UI", QueryDoor.StudyRoot, Study, $"0020000D={SampleStudies.Root}4*"),
        ("C.2.2.2.4 no wild cards in DA", QueryDoor.StudyRoot, Study, "00080020=2024*"),
        ("C.2.2.2.1 no date", QueryDoor.StudyRoot, Study, "00080020=20261301"),
        ("C.2.2.2.1 no time", QueryDoor.StudyRoot, Study, "00080030=2500"),
        ("C.2.2.2.1 one day", QueryDoor.StudyRoot, Study, $"00080020={DateOf(5)}"),
        ("C.2.2.2.1 one day in the old form", QueryDoor.StudyRoot, Study, $"00080020={DateOf(5)[..4]}.{DateOf(5)[4..6]}.{DateOf(5)[6..]}"),
        ("C.2.2.1.3 an optional key that no image has a value of is not matched, or matches nothing", QueryDoor.StudyRoot, Study, "00100020=10011;00081080=X"),
        ("C.4.1.1.3.1 the timezone of the query is no key", QueryDoor.StudyRoot, Study, "00100020=10011;00080201=+0530"),
    ];

    private static (string Rule, string Level, string Keys)[] OfWeb =>
    [
        ("PS3.18 8.3.4.1 keywords", Study, "PatientID=10011"),
        ("PS3.18 8.3.4.1 keywords and digits", Study, "00100020=10011;StudyDate=20240101-"),
        ("PS3.18 8.3.4.1 UIDs with commas", Study, $"StudyInstanceUID={SampleStudies.Root}3,{SampleStudies.Root}44"),
        ("PS3.18 8.3.4.1.1 UIDs with a backslash, as a viewer sends them", Study, $"StudyInstanceUID={SampleStudies.Root}3\\{SampleStudies.Root}44"),
        ("PS3.18 8.3.4.1.1 several modalities of series", Series, $"StudyInstanceUID={SampleStudies.Root}96;Modality=SR,NM"),
        ("PS3.18 8.3.4.1.1 date and time of series are one period", Series, "SeriesDate=20240101-20240331;SeriesTime=2200-0600"),
        ("PS3.18 8.3.4.1.1 a range of times finds studies without a date", Study, "StudyTime=0000-0630"),
        ("PS3.18 8.3.4.1.1 date and time are one period", Study, "StudyDate=20240101-20240331;StudyTime=0600-1800"),
        ("PS3.18 8.3.4.1.1 a period over midnight", Study, "StudyDate=20240101-20240331;StudyTime=2200-0600"),
        ("PS3.18 8.3.4.2 fuzzy: the beginning of a family name", Study, "PatientName=shar;fuzzymatching=true"),
        ("PS3.18 8.3.4.2 fuzzy: a given name", Study, "PatientName=rahul;fuzzymatching=true"),
        ("PS3.18 8.3.4.2 fuzzy: names in the order of speech", Study, "PatientName=eva garcia;fuzzymatching=true"),
        ("PS3.18 8.3.4.2 fuzzy: nobody", Study, "PatientName=zzz;fuzzymatching=true"),
        ("PS3.18 8.3.4.2 fuzzy with the wild cards of a viewer", Study, "PatientName=*sharma*;fuzzymatching=true"),
        ("PS3.18 8.3.4.2 not fuzzy", Study, "PatientName=shar;fuzzymatching=false"),
        ("PS3.18 10.6.1 a viewer's list of studies", Study, "PatientName=*eva*;ModalitiesInStudy=CT,MR;StudyDate=20230101-20251231;includefield=00081030,00080060"),
        ("PS3.18 10.6.1 a viewer's search by description", Study, "StudyDescription=*Chest*;fuzzymatching=true"),
        ("PS3.18 10.6.1 all series with a modality", Series, "Modality=SR"),
        ("PS3.18 10.6.1 all instances of a class", Image, "SOPClassUID=1.2.840.10008.5.1.4.1.1.88.11"),
        ("PS3.18 10.6.1 instances of a study, of all its series", Image, $"StudyInstanceUID={SampleStudies.Root}96"),
        ("PS3.18 10.6.1 instances of the study of a path by number", Image, $"0020000D={SampleStudies.Root}96;InstanceNumber=2"),
        ("PS3.18 8.3.4.1 an attribute that does not exist", Study, "NoSuchAttribute=1"),
        ("PS3.18 8.3.4.1 no date", Study, "StudyDate=20261301"),
        ("PS3.18 8.3.4.1.1 date and time of the keys are in another zone", Study, $"StudyDate={MomentOf(5, -8):yyyyMMdd};StudyTime={MomentOf(5, -8):HHmmss};TimezoneOffsetFromUTC=-0800"),
        ("PS3.18 8.3.4.1.1 the day of the key is in another zone", Study, $"StudyDate={MomentOf(5, -8):yyyyMMdd};TimezoneOffsetFromUTC=-0800"),
        ("PS3.18 8.3.4.3 an attribute without a value", Study, "AccessionNumber=\"\";emptyvaluematching=true"),
    ];

    /// <summary>Of each twentieth study some of its values: at least that one is found.</summary>
    private static IEnumerable<(string Rule, string Level, string Keys)> OfStudies()
    {
        Tag[] tags = [Tags.PatientId, Tags.StudyDate, Tags.PatientName, Tags.StudyDescription, Tags.StudyTime, Tags.StudyId, Tags.ReferringPhysicianName, Tags.PatientBirthDate];
        var studies = SampleStudies.All.DistinctBy(static instance => instance.GetString(Tags.StudyInstanceUid)).ToArray();
        for (var i = 0; i < studies.Length; i += 20)
        {
            var keys = Enumerable.Range(0, 3).Select(k => tags[((i / 20) + (3 * k)) % tags.Length]).Distinct()
                .Where(tag => studies[i].GetString(tag) is { Length: > 0 }).Select(tag => $"{tag.Group:X4}{tag.Element:X4}={studies[i].GetString(tag)}");
            yield return ($"C.2.2.2.1 what study {i + 1} says", Study, string.Join(';', keys));
        }
    }

    private static string DateOf(int study) => Of(study, Tags.StudyDate);

    /// <summary>When a study began, by the clocks of a zone; the engine of the test is in India.</summary>
    private static DateTime MomentOf(int study, int hoursFromUtc) =>
        DateTime.ParseExact(Of(study, Tags.StudyDate) + Of(study, Tags.StudyTime), "yyyyMMddHHmmss", System.Globalization.CultureInfo.InvariantCulture).AddHours(hoursFromUtc - 5.5);

    private static string Of(int study, Tag tag) => SampleStudies.All.First(instance => instance.GetString(Tags.StudyInstanceUid) == $"{SampleStudies.Root}{study}").GetString(tag)!;
}
