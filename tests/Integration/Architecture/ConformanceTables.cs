using CloudPacs.Dicom;
using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.DicomWeb.Search;
using CloudPacs.DicomWeb.Storing;
using CloudPacs.Domain.Performed;
using CloudPacs.FhirServer;
using CloudPacs.Pixels;
using CloudPacs.Settings;
using CloudPacs.Studies.Finding;
using CloudPacs.Studies.Intake;
using CloudPacs.Translation;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Tests.Architecture;

/// <summary>The tables of src/CONFORMANCE.md, made from what the code does.</summary>
internal static class ConformanceTables
{
    public static readonly IReadOnlyDictionary<string, Func<IEnumerable<string>>> All = new Dictionary<string, Func<IEnumerable<string>>>
    {
        ["storage-sop-classes"] = StorageSopClasses,
        ["transfer-syntaxes"] = TransferSyntaxes,
        ["query-attributes"] = QueryKeys,
        ["worklist-attributes"] = WorklistKeys,
        ["performed-attributes"] = PerformedKeys,
        ["store-reasons"] = Reasons,
        ["web-forms"] = WebForms,
        ["web-search"] = WebSearch,
        ["network"] = Network,
        ["patient-events"] = () => Rows("| ADT event | asks for |", PatientEvents()),
        ["order-controls"] = () => Rows("| ORC-1 | asks for |", OrderControls()),
        ["schedule-events"] = () => Rows("| SIU event | does | status of the appointment |", ScheduleEvents()),
        ["report-events"] = () => Rows("| MDM or ORU event |", ReportEvents()),
        ["fhir-types"] = () => Rows("| resource | interactions |", ServedTypes.Served.Select(static type => $"| {type.Name} | {string.Join(", ", type.InteractionCodes)} |")),
    };

    private static IEnumerable<string> StorageSopClasses() => Rows(
        "| SOP class | UID |", UidDictionary.StorageSopClasses.OrderBy(static entry => entry.Uid, Comparer<string>.Create(CompareUids)).Select(static entry => $"| {entry.Name} | {entry.Uid} |"));

    /// <summary>What needs a library of the system counts as decoded: the page says which library.</summary>
    private static IEnumerable<string> TransferSyntaxes() => Rows(
        "| transfer syntax | UID | stored | decoded |",
        UidDictionary.All.Where(static entry => entry.Type == "Transfer Syntax" && TransferSyntax.FromUid(entry.Uid) is not null)
            .OrderBy(static entry => entry.Uid, Comparer<string>.Create(CompareUids))
            .Select(static entry => $"| {entry.Name} | {entry.Uid} | {Mark(StorageSyntaxes.Choose([entry.Uid]) is not null)} | {Decoder(entry.Uid)} |"));

    private static string Decoder(string uid)
    {
        var canDecode = PixelCodecs.CanDecode(uid, out var whyNot);
        if (uid.StartsWith("1.2.840.10008.1.2.4.8", StringComparison.Ordinal)) return "with libcharls2";
        if (uid is "1.2.840.10008.1.2.4.90" or "1.2.840.10008.1.2.4.91" || uid.StartsWith("1.2.840.10008.1.2.4.201", StringComparison.Ordinal)
            || uid is "1.2.840.10008.1.2.4.202" or "1.2.840.10008.1.2.4.203") return "with libopenjp2-7";
        return Mark(canDecode && whyNot is null);
    }

    private static IEnumerable<string> QueryKeys()
    {
        var levels = Enum.GetValues<QueryLevel>();
        return Rows(
            "| attribute | tag | from level |",
            Dictionary().Where(tag => QueryAttributes.Of(QueryLevel.Image).Include(tag)).Select(tag => $"| {DicomDictionary.NameOf(tag)} | {tag} | {levels.First(level => QueryAttributes.Of(level).Include(tag)).ToString().ToUpperInvariant()} |"));
    }

    private static IEnumerable<string> WorklistKeys() => Rows(
        "| attribute | tag | of the |",
        Dictionary().Where(static tag => WorklistAttributes.Root.Include(tag) || WorklistAttributes.Step.Include(tag))
            .Select(static tag => $"| {DicomDictionary.NameOf(tag)} | {tag} | {(WorklistAttributes.Step.Include(tag) ? "scheduled procedure step" : WorklistAttributes.Patient.Include(tag) ? "patient" : "visit or request")} |"));

    private static IEnumerable<string> PerformedKeys() => Rows(
        "| attribute | tag | N-CREATE | N-SET | final |",
        PerformedAttributes.All.Select(static one => $"| {DicomDictionary.NameOf(one.Tag)} | {one.Tag} | {(int)one.Create + 1} | {Mark(one.IsSettable)} | {(one.IsFinal ? "value needed" : "")} |"));

    private static IEnumerable<string> Reasons() => Rows(
        "| reason | hexadecimal | meaning |",
        typeof(StoreReasons).GetFields().Where(static field => field.IsLiteral).Select(static field => (ushort)field.GetRawConstantValue()!).Order()
            .Select(static reason => $"| {reason} | {reason:X4} | {StoreReasons.Text(reason)} |"));

    private static IEnumerable<string> WebForms() => Rows(
        "| resource | media types, the default first |",
        ((Resource, IEnumerable<Representation>)[])
        [
            (Resource.Objects, Offers.Objects("1.2.840.10008.1.2.4.90", canDecode: true, isLossy: false, isOne: true)),
            (Resource.Metadata, Offers.Of(Resource.Metadata)),
            (Resource.Frames, Offers.Frames("1.2.840.10008.1.2.4.90", canDecode: true, isOne: true)),
            (Resource.BulkData, Offers.BulkData(mediaType: null, isOne: true)),
            (Resource.RenderedImage, Offers.Rendered(Resource.RenderedImage, static type => type is MediaTypes.Jpeg or MediaTypes.Png)),
            (Resource.Thumbnail, Offers.Rendered(Resource.Thumbnail, static type => type is MediaTypes.Jpeg or MediaTypes.Png)),
            (Resource.Matches, Offers.Of(Resource.Matches)),
            (Resource.StoreResponse, Offers.Of(Resource.StoreResponse)),
        ], static row => $"| {row.Item1} | {string.Join(", ", row.Item2.Select(static form => $"`{form}`"))} |");

    private static IEnumerable<string> WebSearch() => Rows(
        "| level | keys that are matched |",
        Enum.GetValues<SearchLevel>().Select(static level =>
            $"| {level} | {string.Join(", ", Dictionary().Where(tag => SearchAttributes.Keys([level]).Include(tag)).Select(DicomDictionary.NameOf))} |"));

    private static IEnumerable<string> Network()
    {
        var settings = new DicomSettings();
        return Rows(
            "| setting | value unless set |",
            ((string, object)[])
            [
                ("AE title", settings.AeTitle), ("port", settings.Port), ("port for TLS", settings.TlsPort), ("maximum length of a received PDU", settings.MaxPduBytes),
                ("associations at a time", settings.MaxAssociations), ("of one calling AE title", settings.MaxAssociationsPerAe),
                ("an association without traffic ends after", settings.IdleTimeout), ("Implementation Class UID", Implementation.ClassUid),
                ("Implementation Version Name", Implementation.VersionName),
            ], static row => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"| {row.Item1} | {row.Item2} |"));
    }

    private static IEnumerable<string> PatientEvents()
    {
        var (patient, other) = (new Domain.Patients.PatientDetails(), new Domain.Patients.PatientDetails());
        return PatientEventTable.Events.OrderBy(static one => one.Key, StringComparer.Ordinal)
            .Select(one => $"| {one.Key} | {one.Value(patient, other).GetType().Name} |");
    }

    private static IEnumerable<string> OrderControls() =>
        from first in Enumerable.Range('A', 26)
        from second in Enumerable.Range('A', 26)
        let code = $"{(char)first}{(char)second}"
        where OrderControlTable.IsKnown(code)
        group code by OrderControlTable.RequestOf(code, null) into codes
        orderby codes.Key
        select $"| {string.Join(' ', codes)} | {codes.Key} |";

    private static IEnumerable<string> ScheduleEvents() => AppointmentEventTable.Events.OrderBy(static one => one.Key, StringComparer.Ordinal)
        .Select(static one => $"| {one.Key} | {one.Value.Effect} | {one.Value.Status ?? "stays"} |");

    private static IEnumerable<string> ReportEvents() =>
        from letter in "RT"
        from number in Enumerable.Range(1, 99)
        let code = $"{letter}{number:D2}"
        where ReportEventTable.IsApplied(code)
        select $"| {code} |";

    private static IEnumerable<Tag> Dictionary() => File.ReadLines(Path.Combine(Repository.Source, "Dicom", "Dictionary", "dictionary.csv"))
        .Select(static row => Tag.TryParse(row.AsSpan(0, Math.Min(8, row.Length)), out var tag) ? tag : (Tag?)null).OfType<Tag>().Order();

    private static string Mark(bool is_) => is_ ? "yes" : "no";

    private static IEnumerable<string> Rows(string head, IEnumerable<string> rows) =>
        [head, "|" + string.Concat(Enumerable.Repeat(" --- |", head.Count(static letter => letter == '|') - 1)), .. rows];

    private static IEnumerable<string> Rows<T>(string head, IEnumerable<T> rows, Func<T, string> write) => Rows(head, rows.Select(write));

    /// <summary>By their numbers.</summary>
    private static int CompareUids(string one, string other)
    {
        var (a, b) = (one.Split('.'), other.Split('.'));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var order = a[i].Length != b[i].Length ? a[i].Length.CompareTo(b[i].Length) : string.CompareOrdinal(a[i], b[i]);
            if (order != 0) return order;
        }

        return a.Length.CompareTo(b.Length);
    }
}
