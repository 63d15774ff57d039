using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Domain;
using CloudPacs.Domain.Performed;
using CloudPacs.Store;
using CloudPacs.Store.Performed;

namespace CloudPacs.Integration.Performed;

/// <summary>Reads what a modality says of a performed step, whichever door it came by (PS3.4 F.7.2, PS3.18 chapter 15).</summary>
internal static class PerformedReader
{
    private const string WrongEntry = "110514"; // Incorrect worklist entry selected (PS3.16 CID 9300)

    /// <param name="sopInstanceUid">The performed step.</param>
    /// <param name="begins">It is created; else changed.</param>
    /// <param name="sent">What was sent, text in Unicode.</param>
    /// <param name="zone">Zone of the site, in which times without an offset are meant.</param>
    public static PerformedReport Read(string sopInstanceUid, bool begins, DataSet sent, TimeZoneInfo zone)
    {
        var attributes = Content(sent);
        var faults = new List<Problem>();
        TakeOut(attributes, Tags.SopClassUid, Uids.ModalityPerformedProcedureStep, faults);
        TakeOut(attributes, Tags.SopInstanceUid, sopInstanceUid, faults);
        if (WrongElement(attributes) is { } wrong) faults.Add(wrong);
        // Tags that are never used (PS3.5 7.8.1): the domain keeps marks of its own under such.
        faults.AddRange(attributes.Where(static element => element.Tag is { IsPrivate: true, Element: < 0x0010 })
            .Select(static element => AttributeProblem.Invalid(element.Tag)));
        return new PerformedReport
        {
            SopInstanceUid = sopInstanceUid,
            Begins = begins,
            State = StateOf(attributes, faults),
            Scheduled = begins ? [.. attributes.GetItems(Tags.ScheduledStepAttributesSequence).Select(Reference)] : [],
            PatientId = IdOf(attributes.GetString(Tags.PatientId), attributes.GetString(Tags.IssuerOfPatientId)),
            Start = InstantOf(
                attributes, Tags.PerformedProcedureStepStartDate, Tags.PerformedProcedureStepStartTime, zone, faults),
            End = InstantOf(attributes, Tags.PerformedProcedureStepEndDate, Tags.PerformedProcedureStepEndTime, zone, faults),
            IsWrongEntry = attributes.GetItems(Tags.PerformedProcedureStepDiscontinuationReasonCodeSequence)
                .Any(static item => item.GetString(Tags.CodeValue) == WrongEntry),
            Reason = attributes.GetItems(Tags.PerformedProcedureStepDiscontinuationReasonCodeSequence)
                .Select(static item => item.GetString(Tags.CodeMeaning)).FirstOrDefault(static words => words is not null),
            Attributes = attributes,
            Hash = (long)StableHash.Of(Attributes.Encode(attributes).Span),
            Faults = faults,
        };
    }

    /// <summary>
    /// Without what belongs to the way in which it was sent, and not to what is stored: the character set, and group lengths.
    /// </summary>
    private static DataSet Content(DataSet sent)
    {
        var content = new DataSet(sent.Count);
        foreach (var element in sent)
        {
            var isLength = element.Tag.IsGroupLength && element.Tag.Group is not (0 or 2);
            if (!isLength && element.Tag != Tags.SpecificCharacterSet) content.Add(element);
        }

        return content;
    }

    /// <summary>The request has named class and instance; a data set that names them too must mean the same.</summary>
    private static void TakeOut(DataSet attributes, Tag tag, string asked, List<Problem> faults)
    {
        if (attributes.GetString(tag) is { } said && said != asked) faults.Add(AttributeProblem.OtherThanAsked(tag));
        attributes.Remove(tag);
    }

    /// <summary>
    /// The first attribute whose representation is not that of the dictionary, or that no data set has (PS3.5 7.1). UN is what systems on
    /// the way give to what they do not know.
    /// </summary>
    private static AttributeProblem? WrongElement(DataSet level)
    {
        foreach (var element in level)
        {
            if (element.Tag.Group is 0 or 2) return AttributeProblem.Invalid(element.Tag);
            if (element.VR != VR.UN && DicomDictionary.TryGet(element.Tag, out var entry) && !entry.Allows(element.VR))
                return AttributeProblem.WrongVr(element.Tag, element.VR, entry.VR);
            foreach (var item in element.Items)
                if (WrongElement(item) is { } inside) return inside;
        }

        return null;
    }

    private static PerformedState? StateOf(DataSet attributes, List<Problem> faults)
    {
        if (attributes.GetString(Tags.PerformedProcedureStepStatus) is not { } word) return null;
        if (PerformedStates.Parse(word) is { } state) return state;
        faults.Add(AttributeProblem.Invalid(Tags.PerformedProcedureStepStatus));
        return null;
    }

    private static ScheduledReference Reference(DataSet item) => new()
    {
        StudyInstanceUid = item.GetString(Tags.StudyInstanceUid),
        AccessionNumber = NumberOf(item, Tags.AccessionNumber, Tags.IssuerOfAccessionNumberSequence),
        RequestedProcedureId = item.GetString(Tags.RequestedProcedureId),
        StepId = item.GetString(Tags.ScheduledProcedureStepId),
        PlacerNumber = NumberOf(item, Tags.PlacerOrderNumberImagingServiceRequest, Tags.OrderPlacerIdentifierSequence),
        FillerNumber = NumberOf(item, Tags.FillerOrderNumberImagingServiceRequest, Tags.OrderFillerIdentifierSequence),
    };

    /// <summary>A number with the authority of its macro (PS3.3 10.14), if it has one.</summary>
    private static Identifier? NumberOf(DataSet item, Tag number, Tag authority)
    {
        if (IdOf(item.GetString(number), null) is not { } id) return null;
        return item.GetItems(authority) is not [var issuer, ..] ? id : id with
        {
            Namespace = issuer.GetString(Tags.LocalNamespaceEntityId),
            UniversalId = issuer.GetString(Tags.UniversalEntityId),
            UniversalIdType = issuer.GetString(Tags.UniversalEntityIdType),
        };
    }

    private static Identifier? IdOf(string? value, string? authority) =>
        value is not null && IdCharacters.Normalize(value) is { Length: > 0 } id ? new Identifier(id, authority) : null;

    private static DateTimeOffset? InstantOf(DataSet attributes, Tag date, Tag time, TimeZoneInfo zone, List<Problem> faults)
    {
        if (attributes.GetString(date) is not { } dayText) return null;
        if (!TemporalKey.TryDate(dayText, out var day)) return Invalid(date, faults);
        var timeOfDay = TimeSpan.Zero;
        if (attributes.GetString(time) is { } timeText && !TemporalKey.TryTime(timeText, out timeOfDay)) return Invalid(time, faults);
        return SiteTime.InstantOf(zone, day.ToDateTime(TimeOnly.MinValue) + TimeSpan.FromSeconds(Math.Floor(timeOfDay.TotalSeconds)));
    }

    private static DateTimeOffset? Invalid(Tag tag, List<Problem> faults)
    {
        faults.Add(AttributeProblem.Invalid(tag));
        return null;
    }
}
