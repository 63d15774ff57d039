using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain.Studies;

/// <summary>An order that a study may be of.</summary>
/// <param name="Order">The order.</param>
/// <param name="Rule">What says so.</param>
/// <param name="Confidence">How far that is to be believed, from 0 to 1.</param>
public sealed record Candidate(ReviewedOrder Order, LinkRule Rule, double Confidence);

/// <summary>Ranks the orders that a study may be of, for the person who decides.</summary>
public static class CandidateRanking
{
    /// <summary>Images are made this long before and after the time that was scheduled.</summary>
    public static readonly TimeSpan Near = TimeSpan.FromDays(1);

    /// <summary>How far a rule is to be believed when everything else agrees.</summary>
    public static double ConfidenceOf(LinkRule rule) => rule switch
    {
        LinkRule.Person or LinkRule.StudyInstanceUid => 1,
        LinkRule.AccessionAndIssuer => 0.98,
        LinkRule.Accession or LinkRule.ScheduledStep or LinkRule.PerformedStep => 0.95,
        LinkRule.OrderNumber => 0.93,
        LinkRule.PatientAndTime => 0.7,
        _ => 0.5,
    };

    /// <summary>
    /// Those that share a number come first, then what was scheduled for the patient at that time, then what was scheduled for somebody of
    /// the same name, birth date and sex. What a person has refused is left out; what shows another patient counts half.
    /// </summary>
    public static IReadOnlyList<Candidate> Rank(
        ReviewedStudy study, IEnumerable<ReviewedOrder> linked, IEnumerable<ReviewedOrder> nearby)
    {
        ArgumentNullException.ThrowIfNull(study);
        var known = linked.ToList();
        var ranked = new List<Candidate>();
        foreach (var order in known)
        {
            if (order.Link is not { State: not LinkState.Rejected } link) continue;
            var confidence = ConfidenceOf(link.Rule);
            ranked.Add(new Candidate(order, link.Rule, link.State == LinkState.Conflict ? confidence / 2 : confidence));
        }

        foreach (var order in nearby.DistinctBy(static order => order.ProcedureId))
        {
            if (known.Exists(one => one.ProcedureId == order.ProcedureId)) continue;
            if (order.PatientId == study.PatientId)
            {
                var isSameKind = order.Modality is { } modality && study.Modalities.Contains(modality);
                ranked.Add(new Candidate(
                    order, LinkRule.PatientAndTime, ConfidenceOf(LinkRule.PatientAndTime) / (isSameKind ? 1 : 2)));
            }
            else if (IsSamePerson(Attributes.Read(study.Attributes), Attributes.Read(order.PatientAttributes)))
                ranked.Add(new Candidate(order, LinkRule.PersonAndTime, ConfidenceOf(LinkRule.PersonAndTime)));
        }

        return [.. ranked.OrderByDescending(static one => one.Confidence).ThenBy(static one => one.Order.Start)];
    }

    /// <summary>Name and birth date are known and equal, and the sex does not differ.</summary>
    private static bool IsSamePerson(DataSet shown, DataSet known) =>
        shown.GetString(Tags.PatientName) is { } name && known.GetString(Tags.PatientName) is { } other
        && NameKey.Groups(name).Intersect(NameKey.Groups(other)).Any()
        && shown.GetString(Tags.PatientBirthDate) is { } birth && birth == known.GetString(Tags.PatientBirthDate)
        && (shown.GetString(Tags.PatientSex) is not { } sex || known.GetString(Tags.PatientSex) is not { } own || sex == own);
}
