using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Hl7v2;

namespace CloudPacs.Benchmarks;

/// <summary>
/// What a programmer would write in place of the base maps for the sample order: the same worklist attributes by plain code. It checks what
/// the sample can have and nothing else; the benchmark makes sure that both give the same.
/// </summary>
internal static class HandWrittenMap
{
    public static (DataSet Patient, DataSet Visit, DataSet Procedure, DataSet Step) Map(Message message)
    {
        var pid = message.Segment("PID");
        var pv1 = message.Segment("PV1");
        var groups = new OrderGroups(message);
        var (orc, obr) = (groups[0].Orc, groups[0].Obr);
        var offset = message.DefaultOffset;
        var comments = Comments(groups[0]);
        return (Patient(pid, obr), Visit(pv1), Procedure(message, orc, obr, groups[0].StudyZds, offset, comments), Step(orc, obr, offset, comments));
    }

    private static DataSet Patient(Segment pid, Segment obr)
    {
        var data = new DataSet();
        var id = pid.Field(3);
        var authority = id.Component(4);
        Set(data, Tags.PatientName, Name(pid.Field(5), 1));
        Set(data, Tags.PatientId, Checked(id.Component(1).Text, 64));
        Set(data, Tags.IssuerOfPatientId, Cut(authority.SubComponent(1).Text, 64));
        Set(data, Tags.TypeOfPatientId, "TEXT");
        if (authority.SubComponent(2).Text is { } universal && authority.SubComponent(3).Text is { } type)
            data.SetSequence(Tags.IssuerOfPatientIdQualifiersSequence, new DataSet().Set(Tags.UniversalEntityId, universal).Set(Tags.UniversalEntityIdType, type));
        if (pid.Field(7).TryGetTime(out var birth)) Set(data, Tags.PatientBirthDate, birth.Local.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        Set(data, Tags.PatientSex, pid.Field(8).Text?.ToUpperInvariant() switch { "M" => "M", "F" => "F", "O" or "A" or "N" => "O", _ => "" });
        if (obr.Field(13).HasValue) Set(data, Tags.MedicalAlerts, Cut(obr.Field(13).Component(2).Text ?? obr.Field(13).Text, 64));
        return data;
    }

    private static DataSet Visit(Segment pv1)
    {
        var data = new DataSet();
        var number = pv1.Field(19);
        var place = pv1.Field(3);
        Set(data, Tags.AdmissionId, Checked(number.Component(1).Text, 64));
        if (number.Component(4).SubComponent(1).Text is { } issuer) data.SetSequence(Tags.IssuerOfAdmissionIdSequence, new DataSet().Set(Tags.LocalNamespaceEntityId, issuer));
        Set(data, Tags.CurrentPatientLocation, Cut(string.Join(' ', new[] { place.Component(1).Text, place.Component(2).Text, place.Component(3).Text, place.Component(4).SubComponent(1).Text }.Where(static part => part is not null)), 64));
        Set(data, Tags.RouteOfAdmissions, Cut(pv1.Field(14).Text ?? pv1.Field(2).Text, 64));
        Set(data, Tags.ReferringPhysicianName, Name(pv1.Field(8), 2));
        data.SetEmpty(Tags.ReferencedPatientSequence);
        return data;
    }

    private static DataSet Procedure(Message message, Segment orc, Segment obr, Segment zds, TimeSpan? offset, string? comments)
    {
        var data = new DataSet();
        Set(data, Tags.AccessionNumber, Checked(obr.Field(18).Text, 16));
        Number(data, Tags.PlacerOrderNumberImagingServiceRequest, Tags.OrderPlacerIdentifierSequence, orc.Field(2));
        Number(data, Tags.FillerOrderNumberImagingServiceRequest, Tags.OrderFillerIdentifierSequence, orc.Field(3));
        Set(data, Tags.RequestingPhysician, Name(obr.Field(16), 2));
        if (orc.Field(9).TryGetTime(out var issued))
        {
            var local = issued.ToDateTimeOffset(issued.Offset ?? offset ?? TimeSpan.Zero).DateTime;
            Set(data, Tags.IssueDateOfImagingServiceRequest, local.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
            Set(data, Tags.IssueTimeOfImagingServiceRequest, local.ToString("HHmmss", CultureInfo.InvariantCulture));
        }

        var reason = Cut(obr.Field(31).Component(2).Text, 64);
        Set(data, Tags.ReasonForVisit, reason);
        Set(data, Tags.ReasonForTheRequestedProcedure, reason);
        Set(data, Tags.InstitutionName, Cut(message.Segment("MSH").Field(4).Text, 64));
        Set(data, Tags.RequestedProcedureId, Checked(obr.Field(19).Text, 16));
        Set(data, Tags.StudyInstanceUid, zds.Field(1).Component(1).Text is { } uid && VrRules.IsUid(uid) ? uid : null);
        var code = obr.Field(4);
        Set(data, Tags.RequestedProcedureDescription, Cut(code.Component(2).Text ?? code.Component(5).Text, 64));
        data.SetSequence(Tags.RequestedProcedureCodeSequence, Code(code, 1));
        Set(data, Tags.RequestedProcedurePriority, (orc.Field(7).Component(6).Text ?? obr.Field(27).Component(6).Text ?? obr.Field(5).Text) switch { "S" => "STAT", "A" or "P" or "C" => "HIGH", "R" or null => "ROUTINE", _ => "" });
        Set(data, Tags.PatientTransportArrangements, Cut(obr.Field(30).Text?.ToUpperInvariant(), 64));
        Set(data, Tags.RequestedProcedureComments, comments);
        data.SetEmpty(Tags.ReferencedStudySequence);
        return data;
    }

    private static DataSet Step(Segment orc, Segment obr, TimeSpan? offset, string? comments)
    {
        var data = new DataSet();
        Set(data, Tags.Modality, obr.Field(24).Text is "CT" or "MR" or "US" or "DX" or "CR" ? obr.Field(24).Text : null);
        if (orc.Field(7).Component(4).TryGetTime(out var start))
        {
            var local = start.ToDateTimeOffset(start.Offset ?? offset ?? TimeSpan.Zero).DateTime;
            Set(data, Tags.ScheduledProcedureStepStartDate, local.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
            Set(data, Tags.ScheduledProcedureStepStartTime, local.ToString("HHmmss", CultureInfo.InvariantCulture));
        }

        var code = obr.Field(4);
        Set(data, Tags.ScheduledProcedureStepDescription, Cut(code.Component(5).Text ?? code.Component(2).Text, 64));
        data.SetSequence(Tags.ScheduledProtocolCodeSequence, code.Component(4).HasValue ? Code(code, 4) : Code(code, 1));
        Set(data, Tags.ScheduledProcedureStepId, Checked(obr.Field(20).Text, 16));
        Set(data, Tags.CommentsOnTheScheduledProcedureStep, comments);
        return data;
    }

    private static void Set(DataSet data, Tag tag, string? value)
    {
        if (value is not null) data.Set(tag, value);
    }

    private static void Number(DataSet data, Tag tag, Tag issuer, Element number)
    {
        Set(data, tag, Checked(number.Component(1).Text, 64));
        if (number.Component(2).Text is { } authority) data.SetSequence(issuer, new DataSet().Set(Tags.LocalNamespaceEntityId, authority));
    }

    private static DataSet Code(Element coded, int first)
    {
        var item = new DataSet().Set(Tags.CodeValue, coded.Component(first).Text!);
        item.Set(Tags.CodingSchemeDesignator, coded.Component(first + 2).Text is { Length: > 0 } scheme && scheme != "L" ? scheme : "99DEFAULT");
        return item.Set(Tags.CodeMeaning, Cut(coded.Component(first + 1).Text, 64)!);
    }

    /// <summary>Family^Given^Middle^Prefix^Suffix of XPN, or of XCN whose parts stand one further.</summary>
    private static string? Name(Element name, int first)
    {
        if (!name.HasValue) return null;
        var parts = new[] { name.Component(first).SubComponent(1).Text, name.Component(first + 1).Text, name.Component(first + 2).Text, name.Component(first + 4).Text, name.Component(first + 3).Text };
        return PersonName.Parse(string.Join('^', parts)).Clean().Fit(out _).ToString();
    }

    private static string? Comments(OrderGroup group)
    {
        string? text = null;
        foreach (var note in group.Nte) text = text is null ? note.Field(3).LongText : $"{text}\r\n{note.Field(3).LongText}";
        return text;
    }

    private static string? Checked(string? text, int max) =>
        text is null || text.Length <= max ? Cut(text, max) : throw new InvalidOperationException("The id is too long.");

    private static string? Cut(string? text, int max) => text is null ? null : VrRules.Cut(VrRules.Clean(text, VR.LO), max);
}
