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
    /// <param name="sopInstanceUid">The performed step.</param>
    /// <param name="begins">It is created; else changed.</param>
    /// <param name="sent">What was sent, text in Unicode.</param>
    /// <param name="zone">Zone of the site, in which times without an offset are meant.</param>
    /// <param name="mendsVrs">A wrong value representation is made the right one, or left out, and told; else it is an error.</param>
    public static PerformedReport Read(string sopInstanceUid, bool begins, DataSet sent, TimeZoneInfo zone, bool mendsVrs)
    {
        var faults = new List<Problem>();
        var attributes = Representations.Check(Content(sent), mendsVrs, faults);
        TakeOut(attributes, Tags.SopClassUid, Uids.ModalityPerformedProcedureStep, faults);
        TakeOut(attributes, Tags.SopInstanceUid, sopInstanceUid, faults);
        return new PerformedReport
        {
            SopInstanceUid = sopInstanceUid,
            Begins = begins,
            State = StateOf(attributes, faults),
            Start = InstantOf(
                attributes, Tags.PerformedProcedureStepStartDate, Tags.PerformedProcedureStepStartTime, zone, faults),
            End = InstantOf(attributes, Tags.PerformedProcedureStepEndDate, Tags.PerformedProcedureStepEndTime, zone, faults),
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

    private static PerformedState? StateOf(DataSet attributes, List<Problem> faults)
    {
        if (attributes.GetString(Tags.PerformedProcedureStepStatus) is not { } word) return null;
        if (PerformedStates.Parse(word) is { } state) return state;
        faults.Add(AttributeProblem.Invalid(Tags.PerformedProcedureStepStatus));
        return null;
    }

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
