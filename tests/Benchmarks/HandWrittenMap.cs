using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;

namespace CloudPacs.Benchmarks;

/// <summary>
/// What a programmer would write in place of the base maps for the sample order: the same worklist attributes and the keys of the order by
/// plain code. It looks only for what the sample can have, but does with it what no correct map may leave out: a value that is <c>""</c>
/// deletes, times become those of the site's zone, and a warning tells of a value that is too long or not known. The benchmark makes sure
/// that both give the same attributes.
/// </summary>
internal sealed class HandWrittenMap(TimeZoneInfo zone)
{
    private readonly List<string> _warnings = [];
    private TimeSpan? _offset;

    public HandWrittenOrder Map(Message message)
    {
        _warnings.Clear();
        var pid = message.Segment("PID");
        var pv1 = message.Segment("PV1");
        var groups = new OrderGroups(message);
        var (orc, obr) = (groups[0].Orc, groups[0].Obr);
        _offset = message.DefaultOffset;
        var comments = Comments(groups[0]);
        TellOtherValues(orc, obr);
        TellUnescaped(obr.Field(4).Component(2), obr.Field(13), obr.Field(31).Component(2));
        return new HandWrittenOrder(
            Patient(pid), Visit(pv1), Procedure(message, orc, obr, comments), Step(orc, obr, comments),
            Keys(pid, pv1, orc, obr, groups[0].StudyZds), [.. _warnings]);
    }

    /// <summary>Two fields that say the same thing: when they say otherwise, one of them is not carried over.</summary>
    private void TellOtherValues(Segment orc, Segment obr)
    {
        Tell(orc.Field(2).Component(1), obr.Field(2).Component(1), "OBR-2");
        Tell(orc.Field(3).Component(1), obr.Field(3).Component(1), "OBR-3");
        Tell(obr.Field(16).Component(1), orc.Field(12).Component(1), "ORC-12");
        Tell(orc.Field(7).Component(4), obr.Field(27).Component(4), "OBR-27.4");
        Tell(orc.Field(7).Component(4), obr.Field(36), "OBR-36");
        Tell(orc.Field(7).Component(6), obr.Field(27).Component(6), "OBR-27.6");
        Tell(orc.Field(7).Component(6), obr.Field(5), "OBR-5");
        Tell(orc.Field(14), obr.Field(17), "OBR-17");

        void Tell(Element one, Element other, string place)
        {
            if (one.Unpadded is { } taken && other.Unpadded is { } left && taken != left) _warnings.Add($"another value {place}");
        }
    }

    /// <summary>A delimiter that was not escaped cuts a text.</summary>
    private void TellUnescaped(params ReadOnlySpan<Element> texts)
    {
        foreach (var text in texts)
        {
            if (text.SubComponentCount > 1) _warnings.Add("unescaped delimiter");
        }
    }

    private HandWrittenKeys Keys(Segment pid, Segment pv1, Segment orc, Segment obr, Segment zds) => new(
        orc.Field(1).Text?.ToUpperInvariant(), orc.Field(5).Text?.ToUpperInvariant(), Cx(pid.Field(3)), Cx(pv1.Field(19)),
        Ei(orc.Field(2), 64), Ei(orc.Field(3), 64), Ei(obr.Field(18), 16), Checked(obr.Field(19).Text, 16), Checked(obr.Field(20).Text, 16),
        zds.Field(1).Text is { } uid && VrRules.IsUid(uid) ? uid : null,
        Local(orc.Field(9)), Local(orc.Field(7).Component(4)));

    private MappedIdentifier? Cx(Element id) => Id(id.Component(1), 64) is { } value
        ? new MappedIdentifier(value, Id(id.Component(4).SubComponent(1), 64), Id(id.Component(4).SubComponent(2), 64), id.Component(4).SubComponent(3).Text, id.Component(5).Text)
        : null;

    private MappedIdentifier? Ei(Element id, int max) => Id(id.Component(1), max) is { } value ? new MappedIdentifier(value, Id(id.Component(2), 64)) : null;

    /// <summary>An id that is shown as it is compared.</summary>
    private string? Id(Element id, int max)
    {
        if (Checked(id.Unpadded, max) is not { } text) return null;
        text = IdCharacters.Normalize(text);
        return IdCharacters.FindProblem(text) is { } problem ? throw new InvalidOperationException($"The id {problem}.") : text;
    }

    private DataSet Patient(Segment pid)
    {
        var data = new DataSet();
        Set(data, Tags.PatientName, Name(pid.Field(5), 1));
        Set(data, Tags.TypeOfPatientId, "TEXT");
        if (pid.Field(7).TryGetTime(out var birth)) Set(data, Tags.PatientBirthDate, birth.Local.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        else if (IsNull(pid.Field(7))) data.SetEmpty(Tags.PatientBirthDate);
        Set(data, Tags.PatientSex, pid.Field(8).Text?.ToUpperInvariant() switch { "M" => "M", "F" => "F", "O" or "A" or "N" => "O", null => "", var other => Unknown("sex-unknown", other) });
        return data;
    }

    private DataSet Visit(Segment pv1)
    {
        var data = new DataSet();
        var place = pv1.Field(3);
        Text(data, Tags.CurrentPatientLocation, place, string.Join(' ', new[] { place.Component(1).Text, place.Component(2).Text, place.Component(3).Text, place.Component(4).SubComponent(1).Text }.Where(static part => part is not null)));
        Text(data, Tags.RouteOfAdmissions, pv1.Field(14), pv1.Field(14).Text ?? pv1.Field(2).Text);
        Text(data, Tags.ReferringPhysicianName, pv1.Field(8), Name(pv1.Field(8), 2));
        data.SetEmpty(Tags.ReferencedPatientSequence);
        return data;
    }

    private DataSet Procedure(Message message, Segment orc, Segment obr, string? comments)
    {
        var data = new DataSet();
        Text(data, Tags.RequestingPhysician, obr.Field(16), Name(obr.Field(16), 2));
        if (Local(orc.Field(9)) is { } issued)
        {
            Set(data, Tags.IssueDateOfImagingServiceRequest, issued.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
            Set(data, Tags.IssueTimeOfImagingServiceRequest, issued.ToString("HHmmss", CultureInfo.InvariantCulture));
        }

        Text(data, Tags.MedicalAlerts, obr.Field(13), obr.Field(13).Component(2).Text ?? obr.Field(13).Text);
        Text(data, Tags.ReasonForVisit, obr.Field(31), obr.Field(31).Component(2).Text);
        Text(data, Tags.ReasonForTheRequestedProcedure, obr.Field(31), obr.Field(31).Component(2).Text);
        if (obr.Field(31).State != ValueState.Absent) data.SetEmpty(Tags.ReasonForRequestedProcedureCodeSequence);
        Set(data, Tags.InstitutionName, Cut(message.Segment("MSH").Field(4).Text, 64));
        var code = obr.Field(4);
        Text(data, Tags.RequestedProcedureDescription, code, code.Component(2).Text ?? code.Component(5).Text);
        data.SetSequence(Tags.RequestedProcedureCodeSequence, Code(code, 1));
        Set(data, Tags.RequestedProcedurePriority, (orc.Field(7).Component(6).Text ?? obr.Field(27).Component(6).Text ?? obr.Field(5).Text) switch { "S" => "STAT", "A" or "P" or "C" => "HIGH", "R" or null => "ROUTINE", var other => Unknown("priority-unknown", other) });
        Text(data, Tags.PatientTransportArrangements, obr.Field(30), obr.Field(30).Text?.ToUpperInvariant());
        Set(data, Tags.RequestedProcedureComments, comments);
        data.SetEmpty(Tags.ReferencedStudySequence);
        return data;
    }

    private DataSet Step(Segment orc, Segment obr, string? comments)
    {
        var data = new DataSet();
        Set(data, Tags.Modality, obr.Field(24).Text is "CT" or "MR" or "US" or "DX" or "CR" ? obr.Field(24).Text : null);
        if (Local(orc.Field(7).Component(4)) is { } start)
        {
            Set(data, Tags.ScheduledProcedureStepStartDate, start.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
            Set(data, Tags.ScheduledProcedureStepStartTime, start.ToString("HHmmss", CultureInfo.InvariantCulture));
        }

        var code = obr.Field(4);
        Text(data, Tags.ScheduledProcedureStepDescription, code, code.Component(5).Text ?? code.Component(2).Text);
        data.SetSequence(Tags.ScheduledProtocolCodeSequence, code.Component(4).HasValue ? Code(code, 4) : Code(code, 1));
        Set(data, Tags.CommentsOnTheScheduledProcedureStep, comments);
        return data;
    }

    private static bool IsNull(Element element) => element.State == ValueState.Null;

    /// <summary>A time in the zone of the site.</summary>
    private DateTime? Local(Element element) => element.TryGetTime(out var time)
        ? TimeZoneInfo.ConvertTime(time.ToDateTimeOffset(time.Offset ?? _offset ?? zone.GetUtcOffset(time.Local)), zone).DateTime
        : null;

    private static void Set(DataSet data, Tag tag, string? value)
    {
        if (value is not null) data.Set(tag, value);
    }

    /// <summary>A text of at most 64 characters; empty when the field is to be deleted.</summary>
    private void Text(DataSet data, Tag tag, Element field, string? value)
    {
        if (IsNull(field)) data.SetEmpty(tag);
        else Set(data, tag, Cut(value, 64));
    }

    private string Unknown(string code, string value)
    {
        _warnings.Add($"{code} {value}");
        return "";
    }

    private DataSet Code(Element coded, int first)
    {
        var item = new DataSet().Set(Tags.CodeValue, coded.Component(first).Text!);
        item.Set(Tags.CodingSchemeDesignator, coded.Component(first + 2).Text is { Length: > 0 } scheme && scheme != "L" ? scheme : "99DEFAULT");
        return item.Set(Tags.CodeMeaning, Cut(coded.Component(first + 1).Text, 64)!);
    }

    /// <summary>Family^Given^Middle^Prefix^Suffix of XPN, or of XCN whose parts stand one further.</summary>
    private string? Name(Element name, int first)
    {
        if (!name.HasValue) return null;
        var parts = new[] { name.Component(first).SubComponent(1).Text, name.Component(first + 1).Text, name.Component(first + 2).Text, name.Component(first + 4).Text, name.Component(first + 3).Text };
        var fitted = PersonName.Parse(string.Join('^', parts)).Clean().Fit(out var wasCut).ToString();
        if (wasCut) _warnings.Add("truncated name");
        return fitted;
    }

    private static string? Comments(OrderGroup group)
    {
        string? text = null;
        foreach (var note in group.Nte) text = text is null ? note.Field(3).LongText : $"{text}\r\n{note.Field(3).LongText}";
        return text;
    }

    private string? Checked(string? text, int max) =>
        text is null || text.Length <= max ? Cut(text, max) : throw new InvalidOperationException("The id is too long.");

    private string? Cut(string? text, int max)
    {
        if (text is null) return null;
        var clean = VrRules.Clean(text, VR.LO);
        var cut = VrRules.Cut(clean, max);
        if (cut.Length < clean.Length) _warnings.Add(string.Create(CultureInfo.InvariantCulture, $"truncated {clean.Length} -> {cut.Length}"));
        return cut;
    }
}

/// <summary>What the hand-written map makes of one order.</summary>
internal sealed record HandWrittenOrder(DataSet Patient, DataSet Visit, DataSet Procedure, DataSet Step, HandWrittenKeys Keys, string[] Warnings);

/// <summary>What an engine needs to apply the order.</summary>
internal sealed record HandWrittenKeys(
    string? Control, string? Status, MappedIdentifier? Patient, MappedIdentifier? Visit, MappedIdentifier? Placer, MappedIdentifier? Filler,
    MappedIdentifier? Accession, string? Procedure, string? Step, string? Study, DateTime? Time, DateTime? Start);
